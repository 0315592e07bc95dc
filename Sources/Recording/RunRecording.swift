import FileFormats

/// What training hands over: to be recorded, or to be compared with what was recorded.
///
/// Called from many threads, about once for each pair and round.
package protocol RunRecording: Sendable {
    /// Adds a row to a stream; rows of one stream come in order, one call at a time.
    func append(stream: Int, axis: Int64, payload: UnsafeRawBufferPointer)

    /// Starts the checkpoint of a step; several may be open.
    func beginCheckpoint(step: Int, layout: SafetensorsLayout)

    /// Gives a whole tensor of the checkpoint of a step that was begun.
    func writeCheckpointPart(step: Int, tensorIndex: Int, bytes: UnsafeRawBufferPointer)

    /// Gives a picture of samples.
    func writeImage(name: String, image: Picture)

    /// Why training is to stop, if it is.
    var failure: RecordingError? { get }
}

extension RunRecorder: RunRecording {}
