import FileFormats
import Foundation
import Recording
import Testing

extension Picture {
    fileprivate func pixel(row: Int, column: Int) -> [UInt8] {
        let first = (row * width + column) * channels
        return Array(bytes[first..<(first + channels)])
    }
}

@Suite("Image grid")
struct ImageGridTests {
    private func grid(
        _ values: [Float], shape: [Int], range: ClosedRange<Float> = 0...1, columns: Int = 4
    ) -> Picture {
        values.withUnsafeBufferPointer {
            ImageGrid.picture(of: $0, shape: shape, range: range, columns: columns)
        }
    }

    @Test func sixteenDigitsMakeFourByFour() {
        let picture = grid([Float](repeating: 0, count: 16 * 28 * 28), shape: [28, 28, 1])
        // 4 images of 3 x 28 pixels with 5 gaps of 2.
        #expect(picture.width == 346 && picture.height == 346 && picture.channels == 1)
        #expect(picture.pixel(row: 1, column: 100) == [255])
        #expect(picture.pixel(row: 2, column: 2) == [0])
        #expect(picture.pixel(row: 86, column: 2) == [255])
        #expect(picture.pixel(row: 88, column: 2) == [0])
    }

    @Test func everyImageIsInItsCell() {
        let side = 40  // Enlarged twice.
        let count = 6
        let values = (0..<count).flatMap { image in
            [Float](repeating: Float(image) / 10, count: side * side)
        }
        let picture = grid(values, shape: [side, side, 1])
        #expect(picture.width == 2 + 4 * 82 && picture.height == 2 + 2 * 82)
        for image in 0..<count {
            let level = UInt8((Float(image) / 10 * 255).rounded())
            let (row, column) = (2 + image / 4 * 82, 2 + image % 4 * 82)
            #expect(picture.pixel(row: row, column: column) == [level])
            #expect(picture.pixel(row: row + 79, column: column + 79) == [level])
        }
        // The two cells without an image stay empty.
        #expect(picture.pixel(row: 120, column: 300) == [255])
    }

    @Test func pixelsKeepTheirOrderAndTheirRange() {
        // Two rows, three columns, red, green and blue, in -1...1; 96 / 3 = 32 times enlarged.
        let values: [Float] = [
            -1, 0, 1, -2, 2, .nan, 1, 1, 1,
            -0.5, 0.5, 0, .infinity, -.infinity, 0, -1, -1, -1,
        ]
        let picture = grid(values, shape: [2, 3, 3], range: -1...1)
        #expect(picture.channels == 3 && picture.width == 100 && picture.height == 68)
        let expected: [[UInt8]] = [
            [0, 128, 255], [0, 255, 0], [255, 255, 255],
            [64, 191, 128], [255, 0, 128], [0, 0, 0],
        ]
        for index in 0..<6 {
            let (row, column) = (2 + index / 3 * 32, 2 + index % 3 * 32)
            #expect(picture.pixel(row: row, column: column) == expected[index])
            #expect(picture.pixel(row: row + 31, column: column + 31) == expected[index])
        }
    }

    @Test func otherChannelCountsShowTheFirst() {
        let picture = grid([0.2, 1], shape: [1, 1, 2])
        #expect(picture.channels == 1)
        #expect(picture.pixel(row: 2, column: 2) == [51])
    }

    @Test func largeImagesAreNotEnlarged() {
        let picture = grid([Float](repeating: 1, count: 100 * 50), shape: [100, 50, 1])
        #expect(picture.width == 54 && picture.height == 104)
    }
}

@Suite("Scatter plot")
struct ScatterPlotTests {
    private let paper: [UInt8] = [252, 252, 250]

    private func plot(real: [Float], generated: [Float]) -> Picture {
        let plot = real.withUnsafeBufferPointer { ScatterPlot(real: $0) }
        return generated.withUnsafeBufferPointer { plot.picture(of: $0) }
    }

    private func isReddish(_ pixel: [UInt8]) -> Bool { Int(pixel[0]) - Int(pixel[2]) > 60 }

    @Test func realPointsDecideTheAxes() {
        // Extent 2 plus 15 % on each side is 2.6 units on 480 pixels.
        let corners: [Float] = [-1, -1, 1, -1, 1, 1, -1, 1]
        let picture = plot(real: corners, generated: [0, 0, 1, 1])
        let near = Int(240 - 480 / 2.6)
        #expect(picture.width == 480 && picture.height == 480 && picture.channels == 3)
        #expect(isReddish(picture.pixel(row: 240, column: 240)))
        #expect(isReddish(picture.pixel(row: near, column: 480 - near)))
        // The other corners are real points: drawn, but not as generated ones.
        for (row, column) in [(near, near), (480 - near, near), (480 - near, 480 - near)] {
            let pixel = picture.pixel(row: row, column: column)
            #expect(pixel != paper && !isReddish(pixel))
        }
        #expect(picture.pixel(row: 100, column: 240) == paper)
    }

    @Test func axesAloneHaveNoRealPoints() {
        let corners: [Float] = [-1, -1, 1, -1, 1, 1, -1, 1]
        let axes = corners.withUnsafeBufferPointer { ScatterPlot(axesOf: $0) }
        let picture = axes.picture(of: UnsafeBufferPointer(start: nil, count: 0))
        let near = Int(240 - 480 / 2.6)
        #expect(picture.pixel(row: near, column: near) == paper)
        let shown = corners.withUnsafeBufferPointer { axes.picture(of: $0) }
        #expect(isReddish(shown.pixel(row: near, column: near)))
        // A dot over nothing is paler than one over a real point.
        #expect(shown != plot(real: corners, generated: corners))
    }

    @Test func pointsOutsideLeaveNoTrace() {
        let real: [Float] = [-1, -1, 1, 1]
        let outside: [Float] = [
            9, 0, 0, -9, .nan, 0, 0, .nan, .infinity, 0, 0, -.infinity, 3e38, -3e38,
        ]
        #expect(plot(real: real, generated: outside) == plot(real: real, generated: []))
    }

    @Test func dotsAreAntiAliasedAndCoverTheirArea() {
        let empty = plot(real: [-1, -1, 1, 1], generated: [])
        let picture = plot(real: [-1, -1, 1, 1], generated: [0.003, 0.0017])
        // Blue falls from 250 towards 24 by 0.6 times the covered share of each pixel.
        let covered = zip(empty.bytes, picture.bytes).enumerated().reduce(0.0) { sum, element in
            let (index, levels) = element
            guard index % 3 == 2 else { return sum }
            return sum + (Double(levels.0) - Double(levels.1)) / (0.6 * (250 - 24))
        }
        #expect(abs(covered - .pi * 1.75 * 1.75) < 0.5)
        let blues = Set(stride(from: 2, to: picture.bytes.count, by: 3).map { picture.bytes[$0] })
        #expect(blues.count > 4)
    }

    @Test(arguments: [[], [5, 5, 5, 5], [.nan, 1, 1, .infinity], [3e38, 3e38, -3e38, -3e38]])
    func unusualRealPointsStillGiveAPicture(real: [Float]) {
        #expect(plot(real: real, generated: [0, 0, 5, 5]).width == 480)
    }

    @Test func eachPictureStartsAfresh() {
        let plot = [Float]([-1, -1, 1, 1]).withUnsafeBufferPointer { ScatterPlot(real: $0) }
        let point: [Float] = [0.5, 0.5]
        let first = point.withUnsafeBufferPointer { plot.picture(of: $0) }
        let second = point.withUnsafeBufferPointer { plot.picture(of: $0) }
        #expect(first == second)
    }
}
