/// Who sits with whom: `discriminatorOfPair[p]` is the discriminator that generator p trains with.
///
/// A permutation of 0..<N. Generators keep their place, which is also the pair's number;
/// discriminators move from seat to seat.
package struct Pairing: Equatable, Sendable {
    package var discriminatorOfPair: [Int]

    package init(discriminatorOfPair: [Int]) {
        self.discriminatorOfPair = discriminatorOfPair
    }

    /// Every generator with the discriminator of its own number.
    package static func initial(pairs: Int) -> Pairing {
        Pairing(discriminatorOfPair: Array(0..<pairs))
    }

    /// N, the number of pairs.
    package var count: Int { discriminatorOfPair.count }

    /// The inverse: `pairOfDiscriminator[discriminatorOfPair[p]]` = p.
    package var pairOfDiscriminator: [Int] {
        var pairs = discriminatorOfPair
        for (pair, discriminator) in discriminatorOfPair.enumerated() {
            pairs[discriminator] = pair
        }
        return pairs
    }

    /// Whether every discriminator sits at exactly one seat.
    package var isPermutation: Bool {
        var isSeated = [Bool](repeating: false, count: count)
        for discriminator in discriminatorOfPair {
            guard isSeated.indices.contains(discriminator), !isSeated[discriminator] else {
                return false
            }
            isSeated[discriminator] = true
        }
        return true
    }
}
