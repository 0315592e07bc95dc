/// A number with zeros in front, so that names sort by it; negative numbers have no such names.
package func decimal(_ number: Int, digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
