import CHDF5

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open HDF5 file. Not thread-safe: one thread owns a file and what was made from it.
///
/// Only files of our own are opened; the library is not hardened against hostile ones.
package final class HDF5File {
    /// Which readers can open a new file.
    package enum Format {
        /// HDF5 1.10 and later; needed to read the file while it is written (SWMR).
        case live
        /// All versions of the library.
        case portable
    }

    /// What errors call the file.
    package let path: String
    private var identifier: hid_t
    /// The root group.
    package var root: HDF5Group { HDF5Group(file: self, name: "/", identifier: identifier) }

    private init(path: String, identifier: hid_t) {
        self.path = path
        self.identifier = identifier
    }

    deinit {
        if identifier >= 0 { _ = HDF5.withLock { H5Fclose(identifier) } }
    }

    /// How files are opened. The library's own locks are not used: they would outlive a file where
    /// a child process was started meanwhile, and whoever writes a file here is alone with it.
    private static func fileAccess() -> hid_t {
        let access = H5Pcreate(hdf5_file_access_class())
        H5Pset_file_locking(access, false, true)
        // Rows are only appended, so old chunks are of no use: 64 KiB of them per dataset instead
        // of 1 MiB, which a long run would fill.
        H5Pset_cache(access, 0, 521, 1 << 16, 1)
        return access
    }

    /// Creates or truncates a file.
    package static func create(_ path: String, format: Format) throws -> HDF5File {
        try HDF5.withLock {
            let access = fileAccess()
            defer { H5Pclose(access) }
            let bound = format == .live ? H5F_LIBVER_V110 : H5F_LIBVER_EARLIEST
            H5Pset_libver_bounds(access, bound, H5F_LIBVER_V110)
            let identifier = try HDF5.check(
                H5Fcreate(path, hdf5_open_truncate(), hdf5_default(), access),
                path: path, "create")
            return HDF5File(path: path, identifier: identifier)
        }
    }

    /// Opens a file of format `.live` for one writer and any number of readers in other processes.
    ///
    /// From here on nothing can be created in it: extents grow and values are written.
    ///
    /// - Parameter name: the path that the file will have; errors call it so.
    package static func openForLiveWriting(_ path: String, named name: String) throws -> HDF5File {
        try open(path, named: name, flags: hdf5_open_live_write())
    }

    /// Opens a file to read it; `live` while another process writes it.
    package static func openForReading(_ path: String, live: Bool = false) throws -> HDF5File {
        try open(path, named: path, flags: live ? hdf5_open_live_read() : hdf5_open_read_only())
    }

    private static func open(
        _ path: String, named name: String, flags: UInt32
    ) throws -> HDF5File {
        try HDF5.withLock {
            let access = fileAccess()
            defer { H5Pclose(access) }
            H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110)
            let identifier = try HDF5.check(
                H5Fopen(path, flags, access), path: name, "open")
            return HDF5File(path: name, identifier: identifier)
        }
    }

    /// Hands all cached bytes to the system: they survive the process, not yet a power cut.
    package func flush() throws {
        try HDF5.withLock {
            _ = try HDF5.check(H5Fflush(identifier, H5F_SCOPE_GLOBAL), path: path, "flush")
        }
    }

    /// Writes everything and closes. Groups and datasets of the file must be gone by then.
    package func close() throws {
        let closing = identifier
        identifier = -1
        try HDF5.withLock {
            _ = try HDF5.check(H5Fclose(closing), path: path, "close")
        }
    }

    /// Gives the file up after an error without another write; its descriptor stays open.
    package func abandon() {
        identifier = -1
    }
}

/// A group of an open file; the root group borrows the identifier of the file.
package final class HDF5Group {
    let file: HDF5File
    package let name: String
    let identifier: hid_t
    private let owned: HDF5Identifier?

    fileprivate init(file: HDF5File, name: String, identifier: hid_t) {
        self.file = file
        self.name = name
        self.identifier = identifier
        owned = nil
    }

    private init(file: HDF5File, name: String, owned: HDF5Identifier) {
        self.file = file
        self.name = name
        self.identifier = owned.value
        self.owned = owned
    }

    package func createGroup(_ child: String) throws -> HDF5Group {
        try HDF5.withLock {
            let path = pathOfChild(child)
            let identifier = try HDF5.check(
                H5Gcreate2(self.identifier, child, hdf5_default(), hdf5_default(), hdf5_default()),
                path: file.path, "create group \(path)")
            return HDF5Group(
                file: file, name: path, owned: HDF5Identifier(identifier, release: H5Gclose))
        }
    }

    package func openGroup(_ child: String) throws -> HDF5Group {
        try HDF5.withLock {
            let path = pathOfChild(child)
            let identifier = try HDF5.check(
                H5Gopen2(self.identifier, child, hdf5_default()),
                path: file.path, "open group \(path)")
            return HDF5Group(
                file: file, name: path, owned: HDF5Identifier(identifier, release: H5Gclose))
        }
    }

    package func setAttribute(_ attribute: String, _ text: String) throws {
        try HDF5.withLock {
            try writeTextAttribute(
                identifier, attribute, text, path: file.path, object: name)
        }
    }

    package func setAttribute(_ attribute: String, _ value: Int64) throws {
        try HDF5.withLock {
            var stored = value.littleEndian
            try writeScalarAttribute(
                identifier, attribute, type: hdf5_int64(), value: &stored, path: file.path,
                object: name)
        }
    }

    package func textAttribute(_ attribute: String) throws -> String {
        try HDF5.withLock {
            try readTextAttribute(identifier, attribute, path: file.path, object: name)
        }
    }

    /// "/train" and "d_loss" -> "/train/d_loss".
    func pathOfChild(_ child: String) -> String {
        name == "/" ? "/\(child)" : "\(name)/\(child)"
    }
}

/// A scalar string attribute, UTF-8 and of variable length: h5py gives it back as `str`.
func writeTextAttribute(
    _ object: hid_t, _ name: String, _ text: String, path: String, object objectName: String
) throws {
    let type = variableLengthText()
    defer { H5Tclose(type) }
    try text.withCString { characters in
        var pointer: UnsafePointer<CChar>? = characters
        try writeScalarAttribute(
            object, name, type: type, value: &pointer, path: path, object: objectName)
    }
}

private func writeScalarAttribute(
    _ object: hid_t, _ name: String, type: hid_t, value: UnsafeRawPointer, path: String,
    object objectName: String
) throws {
    let space = H5Screate(H5S_SCALAR)
    defer { H5Sclose(space) }
    let operation = "write attribute \(name) of \(objectName)"
    let attribute = try HDF5.check(
        H5Acreate2(object, name, type, space, hdf5_default(), hdf5_default()), path: path,
        operation)
    defer { H5Aclose(attribute) }
    _ = try HDF5.check(H5Awrite(attribute, type, value), path: path, operation)
}

private func readTextAttribute(
    _ object: hid_t, _ name: String, path: String, object objectName: String
) throws -> String {
    let operation = "read attribute \(name) of \(objectName)"
    let attribute = try HDF5.check(
        H5Aopen(object, name, hdf5_default()), path: path, operation)
    defer { H5Aclose(attribute) }
    let type = variableLengthText()
    defer { H5Tclose(type) }
    var pointer: UnsafeMutablePointer<CChar>?
    _ = try HDF5.check(H5Aread(attribute, type, &pointer), path: path, operation)
    guard let pointer else { return "" }
    defer { H5free_memory(pointer) }
    return String(cString: pointer)
}

private func variableLengthText() -> hid_t {
    let type = H5Tcopy(hdf5_c_string())
    H5Tset_size(type, hdf5_variable_length())
    H5Tset_cset(type, H5T_CSET_UTF8)
    return type
}
