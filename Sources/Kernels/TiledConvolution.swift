import CKernels

/// A convolution by tiles (Winograd's minimal filtering, Lavin and Gray 2015, arXiv 1509.09308):
/// images and filters are transformed, multiplied at each of the 25 places of a tile, and
/// transformed back.
///
/// A tile takes 25 multiplications of channels for its results: 16 where a 4x4 kernel moves by 2
/// (100 instead of 256), 9 for a 3x3 kernel (25 instead of 81); a tile at the edge with fewer
/// results takes less. The numbers are those of exact arithmetic but for rounding: in `Float` about
/// 2e-6 of the root mean square of the results, where sums over patches have 3e-7.
struct TiledConvolution: BitwiseCopyable {
    private let geometry: qk_tile_geometry
    private let count: Int32

    private static let places = Int(QK_TILE_PLACES)
    /// Rows of a product at least, while there are images: fewer would cost more time to arrange
    /// the filters for it, more would leave the cache. Part of the bits of filter gradients.
    private static let rowsPerProduct = 96
    /// Floats between places beyond what a place holds: the same place of the cache for all of them
    /// would hold few.
    private static let placeGap = 208

    /// Nil where patches are as fast, or where tiles cannot do it: dilation, different strides
    /// along the axes, kernels of other than two or three strides.
    init?(patches: qk_patch_geometry, count: Int, filterCount: Int) {
        let stride = patches.stride_height
        let taps = (patches.kernel_height + stride - 1) / stride
        guard patches.stride_width == stride, (2...3).contains(taps),
            (patches.kernel_width + stride - 1) / stride == taps,
            patches.dilation_height == 1, patches.dilation_width == 1
        else { return nil }
        geometry = qk_tile_geometry(
            height: patches.height, width: patches.width, channels: patches.channels,
            result_height: patches.result_height, result_width: patches.result_width,
            result_channels: Int32(filterCount), kernel_height: patches.kernel_height,
            kernel_width: patches.kernel_width, stride: stride, taps: taps,
            padding_top: patches.padding_top, padding_left: patches.padding_left)
        self.count = Int32(count)
        guard cost < Self.cost(ofPatches: patches, count, filterCount) else { return nil }
    }

    private var cellSize: Int {
        Int(geometry.stride) * Int(geometry.stride) * Int(geometry.channels)
    }
    private var resultChannels: Int { Int(geometry.result_channels) }
    private var imageSize: Int {
        Int(geometry.height) * Int(geometry.width) * Int(geometry.channels)
    }
    private var resultSize: Int {
        Int(geometry.result_height) * Int(geometry.result_width) * resultChannels
    }
    private var tilesPerImage: Int {
        let results = 6 - geometry.taps
        return Int((geometry.result_height + results - 1) / results)
            * Int((geometry.result_width + results - 1) / results)
    }

    /// Tiles of one image that have a place.
    private func tileCount(at place: Int) -> Int {
        withUnsafePointer(to: geometry) { Int(qk_tiles_at_place($0, Int32(place))) }
    }

    /// Images of one set of products, all sets of about the same size.
    private var imagesPerSlab: Int {
        let fewest = (Self.rowsPerProduct + tilesPerImage - 1) / tilesPerImage
        let slabs = max(1, Int(count) / fewest)
        return (Int(count) + slabs - 1) / slabs
    }

    fileprivate static func distance(_ rows: Int, _ columns: Int) -> Int {
        (rows * columns + 15) / 16 * 16 + placeGap
    }
    private var imageDistance: Int { Self.distance(imagesPerSlab * tilesPerImage, cellSize) }
    private var resultDistance: Int {
        Self.distance(imagesPerSlab * tilesPerImage, resultChannels)
    }
    private var filterDistance: Int { Self.distance(cellSize, resultChannels) }

    /// Floats of memory that every call needs besides its operands; those with tiled filters.
    var scratchCount: Int { Self.places * (imageDistance + resultDistance) }
    /// The same for derivatives with respect to filters.
    var filterGradientScratchCount: Int { scratchCount + Self.places * filterDistance }

    /// How the filters of `run` and `runInputGradient` have to be prepared.
    var filterTiling: FilterTiling { FilterTiling(geometry: geometry) }

    func run(
        images: UnsafePointer<Float>, tiledFilters taps: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let (tiles, results, _) = parts(scratch)
        withUnsafePointer(to: geometry) { geometry in
            forEachSlab { first, count in
                qk_tile_images(
                    tiles, imageDistance, images + first * imageSize, geometry, count)
                forEachPlace { place in
                    MatrixProduct.run(
                        rows: count * tileCount(at: place),
                        columns: resultChannels, inner: cellSize,
                        left: tiles + place * imageDistance, leftStride: cellSize,
                        leftTransposed: false, right: taps + place * filterDistance,
                        rightStride: resultChannels, rightTransposed: false,
                        out: results + place * resultDistance, outStride: resultChannels,
                        accumulate: false)
                }
                qk_untile_results(
                    result + first * resultSize, results, resultDistance, geometry, count)
            }
        }
    }

    func runInputGradient(
        cotangent: UnsafePointer<Float>, tiledFilters taps: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let (tiles, results, _) = parts(scratch)
        withUnsafePointer(to: geometry) { geometry in
            forEachSlab { first, count in
                qk_tile_results(
                    results, resultDistance, cotangent + first * resultSize, geometry, count)
                forEachPlace { place in
                    MatrixProduct.run(
                        rows: count * tileCount(at: place),
                        columns: cellSize, inner: resultChannels,
                        left: results + place * resultDistance, leftStride: resultChannels,
                        leftTransposed: false, right: taps + place * filterDistance,
                        rightStride: resultChannels, rightTransposed: true,
                        out: tiles + place * imageDistance, outStride: cellSize,
                        accumulate: false)
                }
                qk_untile_images(
                    result + first * imageSize, tiles, imageDistance, geometry, count)
            }
        }
    }

    func runFilterGradient(
        images: UnsafePointer<Float>, cotangent: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let (tiles, results, taps) = parts(scratch)
        withUnsafePointer(to: geometry) { geometry in
            forEachSlab { first, count in
                qk_tile_images(
                    tiles, imageDistance, images + first * imageSize, geometry, count)
                qk_tile_results(
                    results, resultDistance, cotangent + first * resultSize, geometry, count)
                forEachPlace { place in
                    MatrixProduct.run(
                        rows: cellSize, columns: resultChannels,
                        inner: count * tileCount(at: place),
                        left: tiles + place * imageDistance, leftStride: cellSize,
                        leftTransposed: true, right: results + place * resultDistance,
                        rightStride: resultChannels, rightTransposed: false,
                        out: taps + place * filterDistance, outStride: resultChannels,
                        accumulate: first > 0)
                }
            }
            qk_untile_filters(result, taps, filterDistance, geometry)
        }
    }

    /// Memory for transformed images, results and filters.
    @inline(__always)
    private func parts(
        _ scratch: UnsafeMutablePointer<Float>
    ) -> (
        tiles: UnsafeMutablePointer<Float>, results: UnsafeMutablePointer<Float>,
        taps: UnsafeMutablePointer<Float>
    ) {
        let results = scratch + Self.places * imageDistance
        return (scratch, results, results + Self.places * resultDistance)
    }

    @inline(__always)
    private func forEachSlab(_ body: (_ first: Int, _ count: Int) -> Void) {
        var first = 0
        while first < Int(count) {
            let images = min(imagesPerSlab, Int(count) - first)
            body(first, images)
            first += images
        }
    }

    @inline(__always)
    private func forEachPlace(_ body: (Int) -> Void) {
        for place in 0..<Self.places { body(place) }
    }
}

/// The transform of filters that a convolution by tiles and its input gradient multiply with. It
/// does not depend on the images: all uses of the same filters share it.
package struct FilterTiling: BitwiseCopyable {
    fileprivate let geometry: qk_tile_geometry

    private var distance: Int {
        let cell = Int(geometry.stride) * Int(geometry.stride) * Int(geometry.channels)
        return TiledConvolution.distance(cell, Int(geometry.result_channels))
    }

    /// Floats of the transformed filters.
    package var resultCount: Int { Int(QK_TILE_PLACES) * distance }

    package func run(
        filters: UnsafePointer<Float>, result: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: geometry) { qk_tile_filters(result, distance, filters, $0) }
    }
}

/// What a convolution costs, in multiplications and additions of a product: a float that is moved
/// takes the time of 26 by tiles and of 12 by patches (one core of a Zen 4), and channels that do
/// not fill a vector take that of the vector.
extension TiledConvolution {
    private static let vector = 16
    private static let costOfTiledFloat = 26
    private static let costOfPatchFloat = 12

    private var cost: Int {
        func filled(_ channels: Int) -> Int {
            (channels + Self.vector - 1) / Self.vector * Self.vector
        }
        let cells = Int(geometry.stride * geometry.stride) * filled(Int(geometry.channels))
        let results = filled(resultChannels)
        let tiles = (0..<Self.places).reduce(0) { $0 + Int(count) * self.tileCount(at: $1) }
        let moved = tiles * (cells + results) + Self.places * cells * results
        return tiles * cellSize * resultChannels + moved * Self.costOfTiledFloat
    }

    private static func cost(
        ofPatches patches: qk_patch_geometry, _ count: Int, _ filterCount: Int
    ) -> Int {
        let elements = Int(patches.kernel_height * patches.kernel_width * patches.channels)
        let rows = count * Int(patches.result_height * patches.result_width)
        return rows * elements * (filterCount + costOfPatchFloat)
    }
}
