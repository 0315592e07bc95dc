import ArgumentParser
import Evaluation
import Experiment
import FileFormats
import Kernels

/// What made `Sources/CDigitClassifier/digits.safetensors`.
struct TrainClassifierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-classifier",
        abstract: "Trains the classifier of digits that the program carries, again.",
        shouldDisplay: false)

    @Option(help: "Folder of the four IDX files of MNIST.", completion: .directory)
    var data = "Experiments/data/mnist-5k"

    @Option(help: "FILE.safetensors.", completion: .file(extensions: ["safetensors"]))
    var output: String

    func run() throws {
        try reportingErrors {
            try LinearAlgebraLibrary.requireOneThread()
            let training = try DigitClassifierTraining(folder: data)
            let bytes = training.run { epoch, loss in
                print("epoch \(epoch) of \(DigitClassifierTraining.epochs): loss \(loss)")
                flushOutput()
            }
            try AtomicFile.write(path: output, bytes)
            let classifier = try DigitClassifier(parsing: bytes, file: output)
            print("\(output): \(classifier.description)")
            print("kernel family \(classifier.record.kernelFamily)")
        }
    }
}
