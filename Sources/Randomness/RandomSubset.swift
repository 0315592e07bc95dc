extension RandomStream {
    /// `size` different integers of `0..<count`, in random order: the first places of a shuffle.
    ///
    /// Place `p`, from 0 on, is exchanged with place `p + bounded(p, below: count - p)`.
    ///
    /// - Precondition: 0 <= size <= count.
    package func subset(_ size: Int, of count: Int) -> [Int] {
        precondition(size >= 0 && size <= count, "\(size) of \(count) integers")
        var order = Array(0..<count)
        for place in 0..<size {
            order.swapAt(place, place + bounded(place, below: count - place))
        }
        return Array(order[..<size])
    }
}
