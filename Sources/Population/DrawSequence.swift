import Randomness

/// The draws of a stream one after the other, draw 0 first.
struct DrawSequence {
    private let stream: RandomStream
    private var index = 0

    init(_ stream: RandomStream) {
        self.stream = stream
    }

    /// The next draw, uniform on 0..<bound.
    mutating func next(below bound: Int) -> Int {
        defer { index += 1 }
        return stream.bounded(index, below: bound)
    }

    /// Puts the elements into a uniformly random order with count - 1 draws: for i from the last
    /// down to 1, element i changes places with element `next(below: i + 1)` (Fisher and Yates;
    /// Durstenfeld 1964).
    mutating func shuffle(_ elements: UnsafeMutableBufferPointer<Int>) {
        for last in stride(from: elements.count - 1, through: 1, by: -1) {
            elements.swapAt(last, next(below: last + 1))
        }
    }
}
