/// The number of elements of a shape, or `nil` where it does not fit an `Int`.
///
/// Shapes come out of files: a plain product could overflow. An empty shape has one element.
package func checkedElementCount(_ shape: [Int]) -> Int? {
    var product = 1
    for extent in shape {
        let (next, overflow) = product.multipliedReportingOverflow(by: extent)
        if overflow || extent < 0 { return nil }
        product = next
    }
    return product
}

/// The number of bytes of a shape, or `nil` where it does not fit an `Int`.
package func checkedByteCount(_ shape: [Int], elementSize: Int) -> Int? {
    checkedElementCount(shape + [elementSize])
}

/// A shape for people: "4000 x 28 x 28", and "scalar" for the empty one.
package func describeShape(_ shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: " x ")
}
