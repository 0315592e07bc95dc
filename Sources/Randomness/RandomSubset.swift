extension RandomStream {
    /// `size` different integers of `0..<count`, in random order: the first places of a shuffle.
    ///
    /// Place `p`, from 0 on, is exchanged with place `p + bounded(p, below: count - p)`.
    ///
    /// - Precondition: 0 <= size <= count.
    package func subset(_ size: Int, of count: Int) -> [Int] {
        precondition(size >= 0 && size <= count, "\(size) of \(count) integers")
        // The places that do not hold their own number any more: `count` may be beyond all memory.
        var moved: [Int: Int] = [:]
        return (0..<size).map { place in
            let other = place + bounded(place, below: count - place)
            let chosen = moved[other] ?? other
            moved[other] = moved[place] ?? place
            return chosen
        }
    }
}
