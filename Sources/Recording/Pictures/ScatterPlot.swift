import FileFormats

/// Generated points of the plane over real ones, on axes that the real points alone decide.
///
/// All pictures of a run therefore show the same part of the plane at the same scale, one unit
/// being as long along both axes. Points outside it, and points that are not finite, are left out.
package struct ScatterPlot: Sendable {
    /// Width and height in pixels.
    package static let side = 480

    /// Empty space on each side, as a share of the longer extent of the real points.
    private static let margin = 0.15

    private static let paper = Colour(red: 252, green: 252, blue: 250)
    private static let frame = Colour(red: 205, green: 208, blue: 212)
    private static let realDot = Dot(
        radius: 2.5, opacity: 0.75, colour: Colour(red: 178, green: 186, blue: 198))
    private static let generatedDot = Dot(
        radius: 1.75, opacity: 0.6, colour: Colour(red: 214, green: 69, blue: 24))

    private let axes: PlotAxes
    private let background: DotCanvas

    /// Decides the axes and draws the real points once.
    ///
    /// - Parameter real: `[point, 2]`, row-major.
    package init(real: UnsafeBufferPointer<Float>) {
        axes = PlotAxes(points: real, side: Self.side, margin: Self.margin)
        var canvas = DotCanvas(side: Self.side, paper: Self.paper)
        canvas.draw(real, on: axes, as: Self.realDot)
        background = canvas
    }

    /// Axes alone, for points that are shown by themselves: these decide what is seen.
    ///
    /// - Parameter points: `[point, 2]`, row-major.
    package init(axesOf points: UnsafeBufferPointer<Float>) {
        axes = PlotAxes(points: points, side: Self.side, margin: Self.margin)
        background = DotCanvas(side: Self.side, paper: Self.paper)
    }

    /// The real points, if any, with `generated`, `[point, 2]`, over them: 480 x 480, RGB.
    package func picture(of generated: UnsafeBufferPointer<Float>) -> Picture {
        var canvas = background
        canvas.draw(generated, on: axes, as: Self.generatedDot)
        canvas.drawFrame(Self.frame)
        return canvas.picture
    }
}
