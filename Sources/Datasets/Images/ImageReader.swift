import FileFormats

/// An image file, decoded and fitted.
struct FittedImage {
    /// `[height, width, channels]`
    let shape: [Int]
    let pixels: [UInt8]
    /// XXH3 of the bytes of the file.
    let hash: UInt64
}

/// Reads image files of one set.
struct ImageReader: Sendable {
    let fitting: ImageFitting

    private static let largestFile = 1 << 28

    /// - Parameter shape: what the fitted image has to have, where that is known.
    func read(_ path: String, shape: [Int]? = nil) -> Result<FittedImage, DataError> {
        do {
            let bytes = try InputFile.read(path, limit: Self.largestFile)
            let picture = try ImageFile.decode(bytes, file: path)
            let found = fitting.shape(of: picture)
            guard found == shape ?? found else {
                throw DataError(
                    file: path,
                    "\(found[1]) x \(found[0]) pixels, but the first image has \(shape![1]) x "
                        + "\(shape![0]); data.size resizes all to one size")
            }
            return .success(
                FittedImage(
                    shape: found, pixels: try fitting.pixels(of: picture, file: path),
                    hash: XXH3.hash(bytes)))
        } catch {
            return .failure(error as? DataError ?? DataError(file: path, "\(error)"))
        }
    }
}
