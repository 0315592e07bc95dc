#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a folder lives, as far as it decides how to write there.
package enum FileSystemKind: Equatable, Sendable {
    case local
    /// Other machines may see writes in another order: a log cannot be read while it is written.
    case network

    /// The kind of the file system of an existing folder; unknown ones count as local.
    package static func of(_ path: String) -> FileSystemKind {
        #if canImport(Darwin)
            var status = statfs()
            guard statfs(path, &status) == 0 else { return .local }
            return status.f_flags & UInt32(MNT_LOCAL) == 0 ? .network : .local
        #else
            var status = stat()
            guard stat(path, &status) == 0 else { return .local }
            // Device numbers have 12 + 20 bits (makedev(3)).
            let device = UInt64(status.st_dev)
            let major = device >> 8 & 0xfff | device >> 32 & 0xffff_f000
            let minor = device & 0xff | device >> 12 & 0xffff_ff00
            return of(device: "\(major):\(minor)", mounts: readMounts())
        #endif
    }

    /// - Parameters:
    ///   - device: "major:minor".
    ///   - mounts: the text of `/proc/self/mountinfo` (proc(5)): field 3 is the device, and the
    ///     type follows a lone hyphen.
    package static func of(device: String, mounts: String) -> FileSystemKind {
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == device,
                let hyphen = fields.firstIndex(of: "-"), hyphen + 1 < fields.count
            else { continue }
            let type = fields[hyphen + 1]
            return networkTypes.contains(where: type.hasPrefix) ? .network : .local
        }
        return .local
    }

    /// Beginnings of type names: NFS 3 and 4, Lustre, GPFS, BeeGFS, Ceph, FUSE (sshfs and others),
    /// SMB, AFS, 9P, GlusterFS, PanFS.
    private static let networkTypes = [
        "nfs", "lustre", "gpfs", "beegfs", "ceph", "fuse", "smb", "cifs", "afs", "9p", "gluster",
        "panfs",
    ]

    private static func readMounts() -> String {
        guard let file = fopen("/proc/self/mountinfo", "re") else { return "" }
        defer { fclose(file) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 {
            text += piece[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
