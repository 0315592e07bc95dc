import FileFormats

/// A colour with levels 0...255.
struct Colour: Sendable {
    let red: Float
    let green: Float
    let blue: Float
}

/// A round mark; the radius is in pixels, the opacity between 0 and 1.
struct Dot: Sendable {
    let radius: Double
    let opacity: Double
    let colour: Colour
}

/// A square RGB picture on which dots are blended.
struct DotCanvas: Sendable {
    private let side: Int

    /// `[row, column, channel]`; kept in Float so that many faint dots do not round away.
    private var levels: [Float]

    init(side: Int, paper: Colour) {
        self.side = side
        levels = [Float](repeating: 0, count: side * side * 3)
        for pixel in 0..<(side * side) { blend(paper, share: 1, pixel: pixel) }
    }

    var picture: Picture {
        Picture(
            width: side, height: side, channels: 3, bytes: levels.map { UInt8($0.rounded()) })
    }

    /// Draws one dot for each of `points`, `[point, 2]`, that falls into the picture.
    mutating func draw(_ points: UnsafeBufferPointer<Float>, on axes: PlotAxes, as dot: Dot) {
        for index in 0..<(points.count / 2) {
            guard let place = axes.pixel(points[2 * index], points[2 * index + 1]) else { continue }
            draw(dot, x: place.x, y: place.y)
        }
    }

    /// A line of one pixel along the edges.
    mutating func drawFrame(_ colour: Colour) {
        for place in 0..<side {
            for pixel in [
                place, (side - 1) * side + place, place * side, place * side + side - 1,
            ] {
                blend(colour, share: 1, pixel: pixel)
            }
        }
    }

    /// A pixel takes the share of the dot's colour that the dot covers of it: all of it half a
    /// pixel inside the edge, nothing half a pixel outside, linear between.
    private mutating func draw(_ dot: Dot, x: Double, y: Double) {
        let reach = dot.radius + 0.5
        for row in clipped(y - reach, y + reach) {
            for column in clipped(x - reach, x + reach) {
                let dx = Double(column) + 0.5 - x
                let dy = Double(row) + 0.5 - y
                let covered = min(1, reach - (dx * dx + dy * dy).squareRoot())
                guard covered > 0 else { continue }
                blend(dot.colour, share: Float(covered * dot.opacity), pixel: row * side + column)
            }
        }
    }

    private func clipped(_ low: Double, _ high: Double) -> Range<Int> {
        max(0, Int(low.rounded(.down)))..<min(side, Int(high.rounded(.up)))
    }

    private mutating func blend(_ colour: Colour, share: Float, pixel: Int) {
        levels[3 * pixel] += share * (colour.red - levels[3 * pixel])
        levels[3 * pixel + 1] += share * (colour.green - levels[3 * pixel + 1])
        levels[3 * pixel + 2] += share * (colour.blue - levels[3 * pixel + 2])
    }
}
