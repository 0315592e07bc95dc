import Evaluation
import FileFormats
import Testing

@Suite struct DigitClassifierTrainingTests {
    @Test func trainingLearnsAndGivesTheSameBytesAgain() throws {
        let training = try DigitClassifierTraining(
            training: Digits.open("subset = \"train\"\ncount = 500"),
            heldOut: Digits.open("subset = \"test\"\ncount = 200"), file: "digits")
        var losses: [Double] = []
        let bytes = training.run(epochs: 10) { epoch, loss in
            #expect(epoch == losses.count + 1)
            losses.append(loss)
        }
        // ln 10 is the loss of guessing.
        #expect(losses.count == 10 && losses[9] < 1.1 && losses[9] < losses[0])
        #expect(training.run(epochs: 10) { _, _ in } == bytes)
        let classifier = try DigitClassifier(parsing: bytes, file: "digits.safetensors")
        #expect(classifier.hash == hexadecimal(XXH3.hash(bytes)))
        #expect(classifier.record.trainingCount == 500 && classifier.record.heldOutCount == 200)
        #expect(classifier.record.accuracy > 0.75)
    }

    @Test func whatIsNoSetOfDigitsIsRefused() throws {
        let digits = try Digits.open()
        let others = [
            try Digits.open("subset = \"test\"\nrange = [-1, 1]"),
            try Digits.open("count = 200", source: "stacked-mnist"),
            try Digits.open("subset = \"test\"\ncount = 99"),
        ]
        for other in others {
            let error = #expect(throws: DataError.self) {
                try DigitClassifierTraining(training: other, heldOut: digits, file: "somewhere")
            }
            #expect(error?.file == "somewhere")
        }
        #expect(throws: DataError.self) { try DigitClassifierTraining(folder: "nowhere") }
    }
}
