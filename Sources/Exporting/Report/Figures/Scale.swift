#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The map from values to places along an axis of a drawing, with its ticks.
package struct Scale: Sendable {
    package struct Tick: Equatable, Sendable {
        package let value: Double
        package let label: String
    }

    let isLogarithmic: Bool
    package let domain: ClosedRange<Double>
    /// Places of the two ends of the domain; the first may be the greater one.
    let places: (Double, Double)
    package let ticks: [Tick]

    /// An axis over `values` whose ends are ticks where `isRounded`.
    ///
    /// Values that are not finite count nothing, and neither do those up to zero on a logarithmic
    /// axis. Without any value it shows 0...1.
    ///
    /// - Parameter isWhole: whether ticks stand at whole numbers only.
    package init(
        over values: some Sequence<Double>, from first: Double, to last: Double,
        isLogarithmic: Bool = false, isRounded: Bool = true, tickCount: Int = 5,
        isWhole: Bool = false
    ) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite && (!isLogarithmic || value > 0) {
            low = min(low, value)
            high = max(high, value)
        }
        if low > high { (low, high) = isLogarithmic ? (0.1, 1) : (0, 1) }
        places = (first, last)
        self.isLogarithmic = isLogarithmic
        if isLogarithmic {
            (domain, ticks) = Scale.decades(low, high)
        } else {
            (domain, ticks) = Scale.steps(
                low, high, count: tickCount, isRounded: isRounded, isWhole: isWhole)
        }
    }

    /// The place of a value; values outside the domain lie outside the axis.
    package func place(_ value: Double) -> Double {
        let share =
            isLogarithmic
            ? log(max(value, .leastNormalMagnitude) / domain.lowerBound)
                / log(domain.upperBound / domain.lowerBound)
            : (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        return places.0 + share * (places.1 - places.0)
    }

    /// Whether values span so many powers of ten that only a logarithmic axis shows them.
    static func wantsLogarithm(_ values: some Sequence<Double>) -> Bool {
        var (low, high) = (Double.infinity, 0.0)
        for value in values where value.isFinite {
            guard value > 0 else { return false }
            low = min(low, value)
            high = max(high, value)
        }
        return high > 300 * low
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    private static func steps(
        _ low: Double, _ high: Double, count: Int, isRounded: Bool, isWhole: Bool
    ) -> (ClosedRange<Double>, [Tick]) {
        var (low, high) = (max(low, -1e300), min(high, 1e300))
        if !(high - low > 1e-12 * max(abs(low), abs(high))) {
            let room = max(abs(low) * 0.1, 1e-6)
            (low, high) = low == 0 ? (0, 1) : (low - room, high + room)
        }
        let rough = (high - low) / Double(count)
        let power = pow(10, log10(rough).rounded(.down))
        let fitting = power * ([1, 2, 5].first { $0 * power >= rough * 0.999 } ?? 10)
        let step = isWhole ? max(fitting, 1) : fitting
        let first =
            isRounded ? (low / step + 1e-9).rounded(.down) : (low / step - 1e-9).rounded(.up)
        let last =
            isRounded ? (high / step - 1e-9).rounded(.up) : (high / step + 1e-9).rounded(.down)
        var ticks: [Tick] = []
        var index = first
        while index <= last {
            // Adding zero makes +0 of -0.
            let value = index * step + 0
            ticks.append(Tick(value: value, label: Numerals.tick(value, step: step)))
            index += 1
        }
        return (isRounded ? first * step...last * step : low...high, ticks)
    }

    /// Powers of ten, at most about six of them.
    private static func decades(_ low: Double, _ high: Double) -> (ClosedRange<Double>, [Tick]) {
        // Powers of ten that Double has with all digits.
        let first = min(max(log10(low).rounded(.down), -300), 300)
        let last = max(min(log10(high).rounded(.up), 301), first + 1)
        let stride = max(1, ((last - first) / 6).rounded(.up))
        var ticks: [Tick] = []
        var exponent = first
        while exponent <= last {
            let value = pow(10, exponent)
            let label =
                (-3...3).contains(exponent)
                ? Numerals.fixed(value, decimals: Int(max(0, -exponent)))
                : "1e\(Int(exponent))"
            ticks.append(Tick(value: value, label: label))
            exponent += stride
        }
        return (pow(10, first)...pow(10, last), ticks)
    }
}
