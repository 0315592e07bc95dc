extension RandomStream {
    /// `size` different integers of `0..<count`, in random order: the first places of a shuffle.
    ///
    /// Place `p`, from 0 on, is exchanged with place `p + bounded(p, below: count - p)`.
    ///
    /// - Precondition: 0 <= size <= count.
    package func subset(_ size: Int, of count: Int) -> [Int] {
        precondition(size >= 0 && size <= count, "\(size) of \(count) integers")
        guard size < count / 8 else {
            var order = Array(0..<count)
            for place in 0..<size {
                order.swapAt(place, place + bounded(place, below: count - place))
            }
            return Array(order[..<size])
        }
        // Of many integers only those that have moved are kept.
        var moved: [Int: Int] = [:]
        return (0..<size).map { place in
            let other = place + bounded(place, below: count - place)
            let chosen = moved[other] ?? other
            moved[other] = moved[place] ?? place
            return chosen
        }
    }
}
