import CHDF5

/// What a dataset holds in its file, whatever it is converted to when it is read.
package enum HDF5StoredNumber: Equatable, Sendable, CustomStringConvertible {
    case integer(bytes: Int, isSigned: Bool)
    case float(bytes: Int)
    /// Text, records and the like.
    case none

    package var description: String {
        switch self {
        case .integer(let bytes, let isSigned): (isSigned ? "int" : "uint") + "\(8 * bytes)"
        case .float(let bytes): "float\(8 * bytes)"
        case .none: "something that is no number"
        }
    }
}

extension HDF5Dataset {
    package var storedNumber: HDF5StoredNumber {
        HDF5.withLock {
            let type = H5Dget_type(identifier.value)
            guard type >= 0 else { return .none }
            defer { H5Tclose(type) }
            let size = H5Tget_size(type)
            return switch H5Tget_class(type) {
            case H5T_INTEGER: .integer(bytes: size, isSigned: H5Tget_sign(type) != H5T_SGN_NONE)
            case H5T_FLOAT: .float(bytes: size)
            default: .none
            }
        }
    }
}

extension HDF5Group {
    /// Whether the group has a member of this name.
    package func hasMember(_ child: String) -> Bool {
        HDF5.withLock { H5Lexists(identifier, child, hdf5_default()) > 0 }
    }
}
