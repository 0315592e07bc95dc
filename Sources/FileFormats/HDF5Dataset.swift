import CHDF5

/// The element types of our files, little-endian on every machine.
package enum HDF5ElementType: Equatable, Sendable {
    case float32, float64, int32, int64, uint64, uint8
    /// A record of named numbers without gaps, in this order.
    indirect case compound([(name: String, type: HDF5ElementType)])

    package var byteCount: Int {
        switch self {
        case .uint8: 1
        case .float32, .int32: 4
        case .float64, .int64, .uint64: 8
        case .compound(let fields): fields.reduce(0) { $0 + $1.type.byteCount }
        }
    }

    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.float32, .float32), (.float64, .float64), (.int32, .int32), (.int64, .int64),
            (.uint64, .uint64), (.uint8, .uint8):
            true
        case (.compound(let left), .compound(let right)):
            left.elementsEqual(right) { $0.name == $1.name && $0.type == $1.type }
        default: false
        }
    }

    /// A new identifier of this type, for the caller to close.
    func makeType() -> hid_t {
        switch self {
        case .float32: H5Tcopy(hdf5_float32())
        case .float64: H5Tcopy(hdf5_float64())
        case .int32: H5Tcopy(hdf5_int32())
        case .int64: H5Tcopy(hdf5_int64())
        case .uint64: H5Tcopy(hdf5_uint64())
        case .uint8: H5Tcopy(hdf5_uint8())
        case .compound(let fields): Self.makeCompound(fields, byteCount: byteCount)
        }
    }

    private static func makeCompound(
        _ fields: [(name: String, type: HDF5ElementType)], byteCount: Int
    ) -> hid_t {
        let compound = H5Tcreate(H5T_COMPOUND, byteCount)
        var offset = 0
        for field in fields {
            let type = field.type.makeType()
            H5Tinsert(compound, field.name, offset, type)
            H5Tclose(type)
            offset += field.type.byteCount
        }
        return compound
    }
}

/// What a new dataset looks like.
///
/// Elements that were never written read as NaN (float types), -1 (signed) or 0 (unsigned and
/// compound), so that a reader of a live file can tell them from values.
package struct HDF5DatasetLayout {
    package var type: HDF5ElementType
    /// Extents at creation; the first is the number of rows.
    package var shape: [Int]
    /// Rows per chunk; `nil` for a contiguous dataset, which cannot grow.
    package var chunkRows: Int?
    /// Shuffle, deflate and a Fletcher-32 checksum per chunk.
    package var isCompressed: Bool

    package init(
        type: HDF5ElementType, shape: [Int], chunkRows: Int? = nil, isCompressed: Bool = false
    ) {
        self.type = type
        self.shape = shape
        self.chunkRows = chunkRows
        self.isCompressed = isCompressed
    }
}

/// A dataset of an open file: rows are appended along the first axis.
package final class HDF5Dataset {
    package let name: String
    package let type: HDF5ElementType
    /// Extents of the axes after the first.
    private let rowShape: [Int]
    package private(set) var rows: Int
    private let file: HDF5File
    let identifier: HDF5Identifier
    private let elementType: HDF5Identifier

    fileprivate init(
        file: HDF5File, name: String, type: HDF5ElementType, shape: [Int],
        identifier: HDF5Identifier
    ) {
        self.file = file
        self.name = name
        self.type = type
        rowShape = Array(shape.dropFirst())
        rows = shape.first ?? 1
        self.identifier = identifier
        elementType = HDF5Identifier(type.makeType(), release: H5Tclose)
    }

    package var shape: [Int] { [rows] + rowShape }

    /// Extends the first axis by `count` rows and writes them.
    ///
    /// - Parameter bytes: `count` rows without gaps, `[count] + shape[1...]` elements.
    package func append(rows count: Int, bytes: UnsafeRawBufferPointer) throws {
        let rowElements = rowShape.reduce(1, *)
        precondition(bytes.count == count * rowElements * type.byteCount)
        guard count > 0 else { return }
        try HDF5.withLock {
            try withUnsafeTemporaryAllocation(of: hsize_t.self, capacity: 3 * (rowShape.count + 1))
            {
                try append(count, bytes, $0, rank: rowShape.count + 1)
            }
        }
        rows += count
    }

    /// `extents` is room for the new extents, the start and the size of what is written.
    private func append(
        _ count: Int, _ bytes: UnsafeRawBufferPointer,
        _ extents: UnsafeMutableBufferPointer<hsize_t>, rank: Int
    ) throws {
        let (whole, start) = (extents.baseAddress!, extents.baseAddress! + rank)
        let size = start + rank
        for axis in 0..<rank {
            whole[axis] = hsize_t(axis == 0 ? rows + count : rowShape[axis - 1])
            start[axis] = hsize_t(axis == 0 ? rows : 0)
            size[axis] = hsize_t(axis == 0 ? count : rowShape[axis - 1])
        }
        _ = try check(H5Dset_extent(identifier.value, whole))
        let fileSpace = try check(H5Dget_space(identifier.value))
        defer { H5Sclose(fileSpace) }
        _ = try check(H5Sselect_hyperslab(fileSpace, H5S_SELECT_SET, start, nil, size, nil))
        let memorySpace = try check(H5Screate_simple(Int32(rank), size, nil))
        defer { H5Sclose(memorySpace) }
        _ = try check(
            H5Dwrite(
                identifier.value, elementType.value, memorySpace, fileSpace, hdf5_default(),
                bytes.baseAddress))
    }

    private func check<Status: SignedInteger>(_ status: Status) throws -> Status {
        try HDF5.check(status, path: file.path, "append to \(name)")
    }

    /// Writes all elements of a dataset of fixed size.
    package func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
        precondition(bytes.count == shape.reduce(1, *) * type.byteCount)
        try HDF5.withLock {
            _ = try HDF5.check(
                H5Dwrite(
                    identifier.value, elementType.value, hdf5_whole_space(), hdf5_whole_space(),
                    hdf5_default(), bytes.baseAddress), path: file.path, "write \(name)")
        }
    }

    /// All elements, row by row.
    package func readAll() throws -> [UInt8] {
        let count = shape.reduce(1, *) * type.byteCount
        // Even an empty array would write its count, into the storage that all empty arrays share.
        guard count > 0 else { return [] }
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            try HDF5.withLock {
                _ = try HDF5.check(
                    H5Dread(
                        identifier.value, elementType.value, hdf5_whole_space(),
                        hdf5_whole_space(), hdf5_default(), buffer.baseAddress),
                    path: file.path, "read \(name)")
            }
            initialized = count
        }
    }

    /// Reads some rows, without gaps, to the start of `target`.
    package func read(
        rows range: Range<Int>, into target: UnsafeMutableRawBufferPointer
    ) throws {
        let rowBytes = rowShape.reduce(type.byteCount, *)
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows that are not there")
        precondition(range.count * rowBytes <= target.count, "too little room")
        guard !range.isEmpty else { return }
        let start = [hsize_t(range.lowerBound)] + rowShape.map { _ in 0 }
        let size = [hsize_t(range.count)] + rowShape.map(hsize_t.init)
        try HDF5.withLock {
            func check<Status: SignedInteger>(_ status: Status) throws -> Status {
                try HDF5.check(status, path: file.path, "read \(name)")
            }
            let fileSpace = try check(H5Dget_space(identifier.value))
            defer { H5Sclose(fileSpace) }
            _ = try check(H5Sselect_hyperslab(fileSpace, H5S_SELECT_SET, start, nil, size, nil))
            let memorySpace = try check(H5Screate_simple(Int32(size.count), size, nil))
            defer { H5Sclose(memorySpace) }
            _ = try check(
                H5Dread(
                    identifier.value, elementType.value, memorySpace, fileSpace, hdf5_default(),
                    target.baseAddress))
        }
    }

    /// Makes what was appended visible to readers of a live file.
    package func flush() throws {
        try HDF5.withLock {
            _ = try HDF5.check(H5Dflush(identifier.value), path: file.path, "flush \(name)")
        }
    }

    /// Declares this dataset to hold the coordinates of an axis of that name.
    package func makeScale(named axisName: String) throws {
        try HDF5.withLock {
            _ = try HDF5.check(
                H5DSset_scale(identifier.value, axisName), path: file.path,
                "make \(name) a dimension scale")
        }
    }

    package func attach(_ scale: HDF5Dataset, axis: Int) throws {
        try HDF5.withLock {
            _ = try HDF5.check(
                H5DSattach_scale(identifier.value, scale.identifier.value, UInt32(axis)),
                path: file.path, "attach \(scale.name) to \(name)")
        }
    }

    package func setAttribute(_ attribute: String, _ text: String) throws {
        try HDF5.withLock {
            try writeTextAttribute(
                identifier.value, attribute, text, path: file.path, object: name)
        }
    }
}

extension HDF5Group {
    package func createDataset(
        _ child: String, _ layout: HDF5DatasetLayout
    ) throws -> HDF5Dataset {
        try HDF5.withLock {
            let path = pathOfChild(child)
            let type = layout.type.makeType()
            defer { H5Tclose(type) }
            let space = makeSpace(layout)
            defer { H5Sclose(space) }
            let properties = makeProperties(layout, type: type)
            defer { H5Pclose(properties) }
            let identifier = try HDF5.check(
                H5Dcreate2(
                    self.identifier, child, type, space, hdf5_default(), properties,
                    hdf5_default()), path: file.path, "create dataset \(path)")
            return HDF5Dataset(
                file: file, name: path, type: layout.type, shape: layout.shape,
                identifier: HDF5Identifier(identifier, release: H5Dclose))
        }
    }

    /// - Parameter type: the elements are converted to it when they are read.
    package func openDataset(_ child: String, type: HDF5ElementType) throws -> HDF5Dataset {
        try HDF5.withLock {
            let path = pathOfChild(child)
            let dataset = try HDF5.check(
                H5Dopen2(identifier, child, hdf5_default()), path: file.path,
                "open dataset \(path)")
            let space = H5Dget_space(dataset)
            defer { H5Sclose(space) }
            let rank = Int(max(H5Sget_simple_extent_ndims(space), 0))
            var extents = [hsize_t](repeating: 0, count: rank)
            H5Sget_simple_extent_dims(space, &extents, nil)
            return HDF5Dataset(
                file: file, name: path, type: type, shape: extents.map { Int(clamping: $0) },
                identifier: HDF5Identifier(dataset, release: H5Dclose))
        }
    }

    private func makeSpace(_ layout: HDF5DatasetLayout) -> hid_t {
        let extents = layout.shape.map(hsize_t.init)
        var limits = extents
        if layout.chunkRows != nil { limits[0] = hdf5_unlimited() }
        return H5Screate_simple(Int32(extents.count), extents, limits)
    }

    private func makeProperties(_ layout: HDF5DatasetLayout, type: hid_t) -> hid_t {
        let properties = H5Pcreate(hdf5_dataset_create_class())
        if let chunkRows = layout.chunkRows {
            let chunk = [hsize_t(chunkRows)] + layout.shape.dropFirst().map(hsize_t.init)
            H5Pset_chunk(properties, Int32(chunk.count), chunk)
        }
        if layout.isCompressed {
            H5Pset_shuffle(properties)
            H5Pset_deflate(properties, 4)
            H5Pset_fletcher32(properties)
        }
        let pattern: UInt64? =
            switch layout.type {
            case .float32: UInt64(Float.nan.bitPattern)
            case .float64: Double.nan.bitPattern
            case .int32, .int64: .max
            case .uint64, .uint8, .compound: nil
            }
        if var pattern { H5Pset_fill_value(properties, type, &pattern) }
        return properties
    }
}
