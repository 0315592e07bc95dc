import CKernels

/// Convolutions of [count, height, width, channels] images with [height, width, channels, channels
/// of the result] filters, and their two derivatives, as matrix products.
///
/// Which of the two ways is taken depends on the shapes alone.
package struct ImageConvolution: BitwiseCopyable {
    private enum Method: BitwiseCopyable {
        case patches(PatchConvolution)
        case tiles(TiledConvolution)
    }

    private let method: Method
    private let geometry: qk_patch_geometry
    private let count: Int32
    private let filterCount: Int32

    /// - Parameters:
    ///   - count: images.
    ///   - filterCount: channels of the result.
    package init(patches: qk_patch_geometry, count: Int, filterCount: Int) {
        geometry = patches
        self.count = Int32(count)
        self.filterCount = Int32(filterCount)
        if let tiles = TiledConvolution(
            patches: patches, count: count, filterCount: filterCount)
        {
            method = .tiles(tiles)
        } else {
            method = .patches(
                PatchConvolution(patches: patches, count: count, filterCount: filterCount))
        }
    }

    /// What has to be done to the filters of `run` and `runInputGradient` before; nil where they
    /// are taken as they are. With it, products are made tile by tile instead of patch by patch.
    package var filterTiling: FilterTiling? {
        if case .tiles(let tiles) = method { tiles.filterTiling } else { nil }
    }

    /// Floats of memory that every call needs besides its operands.
    package var scratchCount: Int {
        switch method {
        case .patches(let patches): patches.scratchCount
        case .tiles(let tiles): tiles.scratchCount
        }
    }

    /// The same for `runFilterGradient`.
    package var filterGradientScratchCount: Int {
        switch method {
        case .patches(let patches): patches.scratchCount
        case .tiles(let tiles): tiles.filterGradientScratchCount
        }
    }

    /// "64x28x28x1 by 4x4 to 14x14x64".
    package var description: String {
        "\(count)x\(geometry.height)x\(geometry.width)x\(geometry.channels) by "
            + "\(geometry.kernel_height)x\(geometry.kernel_width) to "
            + "\(geometry.result_height)x\(geometry.result_width)x\(filterCount)"
            + (filterTiling == nil ? "" : ", tiled")
    }

    /// `result = convolution(images, filters)`, with filters as `filterTiling` makes them.
    @inline(__always)
    package func run(
        images: UnsafePointer<Float>, filters: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        switch method {
        case .patches(let patches):
            patches.run(images: images, filters: filters, result: result, scratch: scratch)
        case .tiles(let tiles):
            tiles.run(images: images, tiledFilters: filters, result: result, scratch: scratch)
        }
    }

    /// `result` = the derivative with respect to the images, applied to `cotangent`, with filters
    /// as `filterTiling` makes them.
    @inline(__always)
    package func runInputGradient(
        cotangent: UnsafePointer<Float>, filters: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        switch method {
        case .patches(let patches):
            patches.runInputGradient(
                cotangent: cotangent, filters: filters, result: result, scratch: scratch)
        case .tiles(let tiles):
            tiles.runInputGradient(
                cotangent: cotangent, tiledFilters: filters, result: result, scratch: scratch)
        }
    }

    /// `result` = the derivative with respect to the filters, applied to `cotangent`.
    @inline(__always)
    package func runFilterGradient(
        images: UnsafePointer<Float>, cotangent: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        switch method {
        case .patches(let patches):
            patches.runFilterGradient(
                images: images, cotangent: cotangent, result: result, scratch: scratch)
        case .tiles(let tiles):
            tiles.runFilterGradient(
                images: images, cotangent: cotangent, result: result, scratch: scratch)
        }
    }
}
