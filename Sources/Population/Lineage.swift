/// Where every discriminator has been: the initial pairing and the moves of each swap, in order.
///
/// pairing after event e: new[p] = old[sourcePair_e[p]]. What is stored are the moves, not the
/// pairings, so that replaying them to a pairing that was stored elsewhere proves something.
package struct Lineage: Equatable, Sendable {
    /// A discriminator's arrival at a seat.
    package struct Arrival: Equatable, Sendable {
        /// The step after which it sat there; the initial step for its first seat.
        package let step: Int
        package let pair: Int
    }

    package let initialPairing: Pairing
    /// The step at which the initial pairing held.
    package let initialStep: Int
    package private(set) var events: [SwapEvent] = []
    /// The pairing after the last event.
    package private(set) var currentPairing: Pairing
    /// [event, pair]: the pair whose discriminator moves to this seat.
    private var sourcePairs: [Int32] = []

    package init(initialPairing: Pairing, initialStep: Int = 0) {
        self.initialPairing = initialPairing
        self.initialStep = initialStep
        currentPairing = initialPairing
    }

    /// Adds the event that led to `pairing`. Events come in order.
    package mutating func append(_ event: SwapEvent, pairing: Pairing) {
        precondition(
            event.step > (events.last?.step ?? initialStep - 1), "swaps come in order of their step"
        )
        precondition(pairing.count == initialPairing.count, "a swap keeps the number of pairs")
        let count = pairing.count
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { seats in
            for pair in 0..<count {
                seats[currentPairing.discriminatorOfPair[pair]] = Int32(pair)
            }
            for pair in 0..<count {
                let discriminator = pairing.discriminatorOfPair[pair]
                sourcePairs.append(seats[discriminator])
                // Element by element: a shared array would have to be copied by its owner.
                currentPairing.discriminatorOfPair[pair] = discriminator
            }
        }
        events.append(event)
    }

    /// By seat: the pair whose discriminator came there in the event at `index` of `events`.
    package func sourcePairs(at index: Int) -> ArraySlice<Int32> {
        let count = initialPairing.count
        return sourcePairs[index * count..<(index + 1) * count]
    }

    /// The pairing that the first `count` events lead to, from the moves alone.
    package func replay(events count: Int) -> Pairing {
        var pairing = initialPairing
        for index in 0..<count {
            pairing.discriminatorOfPair = sourcePairs(at: index).map {
                pairing.discriminatorOfPair[Int($0)]
            }
        }
        return pairing
    }

    /// The pairing that all events lead to, from the moves alone.
    package func replay() -> Pairing {
        replay(events: events.count)
    }

    /// The pairing in which step `step` was trained; a swap at its end is not yet in it.
    package func pairing(during step: Int) -> Pairing {
        replay(events: events.prefix { $0.step < step }.count)
    }

    /// The seats of a discriminator in order, the initial one first; stays are left out.
    package func seats(ofDiscriminator discriminator: Int) -> [Arrival] {
        guard var pair = initialPairing.discriminatorOfPair.firstIndex(of: discriminator) else {
            return []
        }
        var arrivals = [Arrival(step: initialStep, pair: pair)]
        for (index, event) in events.enumerated() {
            let sources = sourcePairs(at: index)
            guard let seat = sources.firstIndex(of: Int32(pair)) else { continue }
            let next = seat - sources.startIndex
            guard next != pair else { continue }
            pair = next
            arrivals.append(Arrival(step: event.step, pair: pair))
        }
        return arrivals
    }
}
