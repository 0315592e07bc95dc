import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A checkpoint was asked for that the run does not have, though it has others.
///
/// The command line ends with exit code 64 on it.
package struct MissingCheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
}

/// The checkpoints in the folder of a run.
package enum Checkpoints {
    /// Steps that have a checkpoint, ascending; none where there is no such folder.
    ///
    /// Only names that `RunDirectory.checkpointPath` makes count: other files are not ours.
    package static func steps(in directory: String) -> [Int] {
        let names = (try? RunDirectory.contents(of: "\(directory)/checkpoints")) ?? []
        return names.compactMap { name in
            guard let step = Int(name.dropFirst("step-".count).prefix { $0 != "." }), step >= 0,
                RunDirectory.checkpointPath(directory, step: step)
                    == "\(directory)/checkpoints/\(name)"
            else { return nil }
            return step
        }.sorted()
    }

    /// Opens the checkpoint of the step asked for, or the newest one.
    ///
    /// - Throws: `DataError` where there is none or it cannot be read or is damaged;
    ///   `MissingCheckpointError` where there are others. Both name those that there are.
    package static func open(
        asked: Int?, in directory: String
    ) throws -> (step: Int, file: SafetensorsFile) {
        let steps = steps(in: directory)
        guard let newest = steps.last else {
            throw DataError(
                file: "\(directory)/checkpoints", "no checkpoint; available steps: none")
        }
        let step = asked ?? newest
        guard steps.contains(step) else {
            let known = steps.map(String.init).joined(separator: ", ")
            throw MissingCheckpointError(
                description: "\(directory)/checkpoints: no checkpoint of step \(step); available "
                    + "steps: \(known)")
        }
        do {
            return (step, try open(in: directory, step: step))
        } catch let error as DataError where steps.count > 1 {
            let others = steps.filter { $0 != step }.map(String.init).joined(separator: ", ")
            throw DataError(
                file: error.file, offset: error.offset,
                "\(error.message); --step takes another checkpoint: \(others)")
        }
    }

    /// Opens the checkpoint of a step and compares all of it with its checksums.
    ///
    /// - Throws: `DataError` where it cannot be read, is damaged, or has no checksums: nothing
    ///   says then that it is what was written.
    package static func open(in directory: String, step: Int) throws -> SafetensorsFile {
        let path = RunDirectory.checkpointPath(directory, step: step)
        let file = try SafetensorsFile(contentsOf: path)
        guard file.hasChecksums else {
            throw DataError(
                file: path, "has no checksums: it was not written by this version of Quadrille")
        }
        return file
    }

    /// Removes what `retention` does not keep, after the checkpoint of a step was committed.
    ///
    /// Nothing goes before the new one was read again and found whole. What cannot be removed
    /// stays, and is tried again after the next checkpoint: a file too many costs some room, but a
    /// run that ended over it would lose its training. A disk that has become read-only does end
    /// the run, at the next file that it has to write.
    static func removeSuperseded(
        in directory: String, by committed: Int, _ retention: CheckpointRetention
    ) {
        let superseded = retention.superseded(of: steps(in: directory), by: committed)
        guard !superseded.isEmpty, (try? open(in: directory, step: committed)) != nil else {
            return
        }
        for step in superseded {
            // A name that is a folder or belongs to somebody else is left alone by `unlink`.
            unlink(RunDirectory.checkpointPath(directory, step: step))
        }
    }
}
