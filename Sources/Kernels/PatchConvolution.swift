import CKernels

/// A convolution by patches: those of as many images as fit a part of the cache, then one product,
/// and so on.
///
/// Patches are not made where the images are their own patches: 1x1 filters without stride, and
/// filters as large as the image.
struct PatchConvolution: BitwiseCopyable {
    let patches: qk_patch_geometry
    let count: Int32
    let filterCount: Int32

    init(patches: qk_patch_geometry, count: Int, filterCount: Int) {
        self.patches = patches
        self.count = Int32(count)
        self.filterCount = Int32(filterCount)
    }

    /// Floats of patches that are made at a time: two thirds of a second-level cache of 1 MiB, so
    /// that a product finds them there. Part of the bits: sums over images are cut here.
    private static let slabCount = 160 * 1024

    private var imageSize: Int { Int(patches.height) * Int(patches.width) * Int(patches.channels) }
    private var patchSize: Int {
        Int(patches.kernel_height) * Int(patches.kernel_width) * Int(patches.channels)
    }
    /// Patches per image.
    private var patchCount: Int { Int(patches.result_height) * Int(patches.result_width) }

    /// Whether the images are their own patches.
    private var isDirect: Bool {
        let isUnpadded = patches.padding_top == 0 && patches.padding_left == 0
        let isOneByOne =
            patches.kernel_height == 1 && patches.kernel_width == 1 && patches.stride_height == 1
            && patches.stride_width == 1 && patches.result_height == patches.height
            && patches.result_width == patches.width
        let isWhole =
            patches.kernel_height == patches.height && patches.kernel_width == patches.width
            && patches.dilation_height == 1 && patches.dilation_width == 1 && patchCount == 1
        return isUnpadded && (isOneByOne || isWhole)
    }

    private var imagesPerSlab: Int {
        isDirect ? Int(count) : min(max(1, Self.slabCount / (patchCount * patchSize)), Int(count))
    }

    /// Floats of memory that every call needs besides its operands.
    var scratchCount: Int { isDirect ? 0 : imagesPerSlab * patchCount * patchSize }

    @inline(__always)
    func run(
        images: UnsafePointer<Float>, filters: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        forEachSlab { first, count in
            let rows = gathered(images, first, count, scratch)
            MatrixProduct.run(
                rows: count * patchCount, columns: Int(filterCount), inner: patchSize,
                left: rows, leftStride: patchSize, leftTransposed: false,
                right: filters, rightStride: Int(filterCount), rightTransposed: false,
                out: result + first * patchCount * Int(filterCount),
                outStride: Int(filterCount), accumulate: false)
        }
    }

    @inline(__always)
    func runInputGradient(
        cotangent: UnsafePointer<Float>, filters: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        forEachSlab { first, count in
            let rows = isDirect ? result : scratch
            MatrixProduct.run(
                rows: count * patchCount, columns: patchSize, inner: Int(filterCount),
                left: cotangent + first * patchCount * Int(filterCount),
                leftStride: Int(filterCount), leftTransposed: false,
                right: filters, rightStride: Int(filterCount), rightTransposed: true,
                out: rows, outStride: patchSize, accumulate: false)
            guard !isDirect else { return }
            withUnsafePointer(to: patches) {
                qk_add_patches(result + first * imageSize, rows, $0, count)
            }
        }
    }

    @inline(__always)
    func runFilterGradient(
        images: UnsafePointer<Float>, cotangent: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        forEachSlab { first, count in
            let rows = gathered(images, first, count, scratch)
            MatrixProduct.run(
                rows: patchSize, columns: Int(filterCount), inner: count * patchCount,
                left: rows, leftStride: patchSize, leftTransposed: true,
                right: cotangent + first * patchCount * Int(filterCount),
                rightStride: Int(filterCount), rightTransposed: false,
                out: result, outStride: Int(filterCount), accumulate: first > 0)
        }
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
    private func gathered(
        _ images: UnsafePointer<Float>, _ first: Int, _ count: Int,
        _ scratch: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        if isDirect { return images }
        withUnsafePointer(to: patches) {
            qk_gather_patches(scratch, images + first * imageSize, $0, count)
        }
        return UnsafePointer(scratch)
    }
}
