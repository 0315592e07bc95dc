/// A set of pairs with constant-time insertion, removal and membership that never allocates.
struct ReadyList {
    private var members: [Int] = []
    /// By pair: its index in `members`; -1 if it is not in there.
    private var places: [Int]

    init(pairs: Int) {
        members.reserveCapacity(pairs)
        places = Array(repeating: -1, count: pairs)
    }

    var count: Int { members.count }

    /// The pair inserted last, unless removals have mixed the order.
    var last: Int? { members.last }

    func contains(_ pair: Int) -> Bool { places[pair] >= 0 }

    mutating func insert(_ pair: Int) {
        assert(!contains(pair), "a pair's round becomes ready once")
        places[pair] = members.count
        members.append(pair)
    }

    mutating func remove(_ pair: Int) {
        let place = places[pair]
        let moved = members[members.count - 1]
        members[place] = moved
        places[moved] = place
        members.removeLast()
        places[pair] = -1
    }
}
