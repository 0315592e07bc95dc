import Randomness

/// Digits turned, scaled and moved a little, so that a classifier learns more than it is shown.
///
/// Output pixel p, from the centre of the image, is the input at `R p / scale + shift`, linear
/// between pixels and 0 outside, with `R = ((1 - t^2, -2 t), (2 t, 1 - t^2)) / (1 + t^2)`. That
/// is rational, so that no mathematics library decides bits. `t` is uniform on +-0.1 (12 degrees at
/// the most), `scale` on 0.88...1.12, `shift` on +-2 pixels along each axis.
struct DigitDistortion {
    private static let side = DigitClassifier.side
    static let numbersPerImage = 4

    private let cosine: Float
    private let sine: Float
    private let shift: (rows: Float, columns: Float)

    /// - Parameter uniform: four numbers on [0, 1).
    init(_ uniform: UnsafePointer<Float>) {
        let half = (2 * uniform[0] - 1) * 0.1
        let scale = 0.88 + 0.24 * uniform[1]
        cosine = (1 - half * half) / (1 + half * half) / scale
        sine = 2 * half / (1 + half * half) / scale
        shift = (4 * uniform[2] - 2, 4 * uniform[3] - 2)
    }

    func copy(_ image: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
        let centre = Float(Self.side - 1) / 2
        for row in 0..<Self.side {
            for column in 0..<Self.side {
                let (y, x) = (Float(row) - centre, Float(column) - centre)
                let (down, right) = (
                    cosine * y - sine * x + shift.rows + centre,
                    sine * y + cosine * x + shift.columns + centre
                )
                target[row * Self.side + column] = Self.value(image, down, right)
            }
        }
    }

    private static func value(_ image: UnsafePointer<Float>, _ y: Float, _ x: Float) -> Float {
        let (top, left) = (Int(y.rounded(.down)), Int(x.rounded(.down)))
        let (down, right) = (y - Float(top), x - Float(left))
        func pixel(_ row: Int, _ column: Int) -> Float {
            let isInside = row >= 0 && row < side && column >= 0 && column < side
            return isInside ? image[row * side + column] : 0
        }
        let upper = pixel(top, left) * (1 - right) + pixel(top, left + 1) * right
        let lower = pixel(top + 1, left) * (1 - right) + pixel(top + 1, left + 1) * right
        return upper * (1 - down) + lower * down
    }
}
