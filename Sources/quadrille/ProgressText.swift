/// "[######..................]" for a share of 0.25.
func progressBar(_ share: Double) -> String {
    let width = 24
    let filled = Int(share * Double(width))
    return "[" + String(repeating: "#", count: filled)
        + String(repeating: ".", count: width - filled) + "]"
}

/// "1:02:03", and "02:03" below one hour.
func durationText(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds), 3_599_999).rounded(.up))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return (hours > 0 ? "\(hours):" : "") + "\(two(minutes)):\(two(rest))"
}

/// "1 pair", "2 pairs".
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
