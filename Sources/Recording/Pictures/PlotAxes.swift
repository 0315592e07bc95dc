/// The map from the plane to a square picture: one scale for both axes, y upwards.
struct PlotAxes: Sendable {
    private let centre: (x: Double, y: Double)
    private let pixelsPerUnit: Double
    private let side: Double

    /// Axes that show all finite `points`, `[point, 2]`, with `margin` times their longer extent
    /// around them; the square around the origin with half-side 1 where there are none.
    init(points: UnsafeBufferPointer<Float>, side: Int, margin: Double) {
        let horizontal = Self.extent(of: points, from: 0)
        let vertical = Self.extent(of: points, from: 1)
        let longer = max(
            horizontal.upperBound - horizontal.lowerBound,
            vertical.upperBound - vertical.lowerBound)
        // All points in one place: any scale will do.
        let shown = longer > 0 ? longer * (1 + 2 * margin) : 2
        centre = (
            (horizontal.lowerBound + horizontal.upperBound) / 2,
            (vertical.lowerBound + vertical.upperBound) / 2
        )
        pixelsPerUnit = Double(side) / shown
        self.side = Double(side)
    }

    /// Pixels from the left and from the top; nil where that is outside the picture or nowhere.
    func pixel(_ x: Float, _ y: Float) -> (x: Double, y: Double)? {
        let right = side / 2 + (Double(x) - centre.x) * pixelsPerUnit
        let down = side / 2 - (Double(y) - centre.y) * pixelsPerUnit
        guard right >= 0, right <= side, down >= 0, down <= side else { return nil }
        return (right, down)
    }

    private static func extent(
        of points: UnsafeBufferPointer<Float>, from first: Int
    ) -> ClosedRange<Double> {
        var low = Double.infinity
        var high = -Double.infinity
        for index in stride(from: first, to: points.count, by: 2) where points[index].isFinite {
            low = min(low, Double(points[index]))
            high = max(high, Double(points[index]))
        }
        return low <= high ? low...high : -1...1
    }
}
