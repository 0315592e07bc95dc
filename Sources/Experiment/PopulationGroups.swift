import Adversarial
import Datasets
import FileFormats
import Settings

/// The generators of one group beside the discriminators of one group.
package struct GroupCombination: Sendable {
    package let generatorGroup: Int
    package let discriminatorGroup: Int
    /// The generator group's, but for the discriminator and its rule.
    package let model: AdversarialModel
}

/// The groups of a population, their members numbered through, and all that can sit together.
package struct PopulationGroups: Sendable {
    package let all: [PairGroup]
    /// Without swaps every group by itself; else all with all, generator by generator.
    package let combinations: [GroupCombination]

    /// The population of an experiment without groups.
    init(only group: PairGroup) {
        all = [group]
        combinations = [
            GroupCombination(generatorGroup: 0, discriminatorGroup: 0, model: group.model)
        ]
    }

    /// - Parameters:
    ///   - roots: of each group's tables, for errors.
    ///   - swaps: whether discriminators ever change partners.
    /// - Throws: `SettingsError` where groups cannot live together.
    init(_ all: [PairGroup], roots: [SettingsTable], swaps: Bool) throws {
        self.all = all
        for number in all.indices.dropFirst() {
            try Self.compareData(number, all[number].data, all[0].data, roots[number])
        }
        var combinations: [GroupCombination] = []
        for generator in all.indices {
            for discriminator in all.indices where swaps || discriminator == generator {
                combinations.append(try Self.combination(generator, discriminator, all, roots))
            }
        }
        self.combinations = combinations
    }

    /// A discriminator judges examples of one shape, and of one range.
    private static func compareData(
        _ number: Int, _ data: any DataSource, _ first: any DataSource, _ root: SettingsTable
    ) throws {
        guard data.exampleShape == first.exampleShape else {
            throw try root.table("data").error(
                "source",
                "examples of shape \(data.exampleShape) in group \(number), of "
                    + "\(first.exampleShape) in group 0; the groups of a population exchange "
                    + "discriminators and need one shape")
        }
        // The outermost of points that are drawn are chance; they have no range of their own.
        if data.mixture != nil && first.mixture != nil { return }
        guard data.valueRange == first.valueRange else {
            throw try root.table("data").error(
                "range",
                "values in \(data.valueRange) in group \(number), in \(first.valueRange) in group "
                    + "0; the groups of a population exchange discriminators and need one range")
        }
    }

    private static func combination(
        _ generator: Int, _ discriminator: Int, _ all: [PairGroup], _ roots: [SettingsTable]
    ) throws -> GroupCombination {
        var model = all[generator].model
        if discriminator != generator {
            do {
                model = try model.meeting(
                    all[discriminator].model, root: roots[generator],
                    otherRoot: roots[discriminator])
            } catch let error as SettingsError {
                throw SettingsError(
                    position: error.position, key: error.key,
                    message: error.message + " (after a swap, with generators of group "
                        + "\(generator) and discriminators of group \(discriminator))")
            }
        }
        return GroupCombination(
            generatorGroup: generator, discriminatorGroup: discriminator, model: model)
    }

    // MARK: Members

    /// The group of a pair's generator, and of the discriminator of the same number.
    package func number(of member: Int) -> Int {
        guard let number = all.firstIndex(where: { $0.pairs.contains(member) }) else {
            preconditionFailure("no member \(member)")
        }
        return number
    }

    package func group(of member: Int) -> PairGroup { all[number(of: member)] }

    /// The place in `combinations` of a generator and who sits with it; nil where that cannot be.
    package func combination(pair: Int, discriminator: Int) -> Int? {
        let (generator, discriminator) = (number(of: pair), number(of: discriminator))
        if combinations.count == all.count {
            return generator == discriminator ? generator : nil
        }
        return generator * all.count + discriminator
    }

    // MARK: Sums

    /// Parameters, optimiser slots and statistics of all pairs.
    package var byteCount: Int { all.reduce(0) { $0 + $1.pairs.count * $1.bytesPerPair } }

    /// Why files of any group's data were left out.
    package var skippedExamples: [DataError] {
        var known: Set<String> = []
        return all.map(\.data).filter { known.insert($0.fingerprint).inserted }
            .flatMap(\.skipped)
    }

    /// What names the data: one fingerprint, or that of each group where they differ.
    package var dataFingerprint: String {
        let fingerprints = all.map(\.data.fingerprint)
        return Set(fingerprints).count == 1
            ? fingerprints[0] : fingerprints.joined(separator: ",")
    }
}
