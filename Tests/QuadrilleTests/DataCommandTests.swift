import FileFormats
import Foundation
import Testing

/// `quadrille data inspect`, and runs on folders of images, as their users start them.
struct DataCommandTests {
    private let workspace = Workspace()

    private func writeImage(_ name: String, side: Int = 8, start: Int = 0) throws {
        let bytes = (0..<(side * side * 3)).map { UInt8(truncatingIfNeeded: start + 5 * $0) }
        try workspace.write(
            name, PNG.encode(Picture(width: side, height: side, channels: 3, bytes: bytes)))
    }

    private func writeFolder() throws {
        for image in 0..<12 {
            try writeImage("photos/\(image % 3 == 0 ? "cats" : "dogs")/\(image).png", start: image)
        }
    }

    @Test func aFolderIsDescribed() throws {
        try writeFolder()
        try workspace.write("photos/cats/broken.png", Array("no image".utf8))
        let bad = try workspace.run("data", "inspect", "photos")
        #expect(bad.code == 65 && bad.errors.contains("photos/cats/broken.png: at byte 0: neither"))
        let result = try workspace.run(
            "data", "inspect", "photos", "data.on_bad_image=skip", "--output", "grid.png")
        #expect(result.code == 0, "\(result.errors)")
        for part in [
            "images", "12 of 8 x 8 x 3", "0.0 to 1.0", "0 cats  4", "1 dogs  8", "1 file",
            "broken.png", "grid.png",
        ] { #expect(result.output.contains(part), "\(part): \(result.output)") }
        let grid = "\(workspace.path)/grid.png"
        #expect(try ImageFile.decode(InputFile.read(grid), file: grid).channels == 3)
    }

    @Test func programsReadJSON() throws {
        try writeFolder()
        let result = try workspace.run("data", "inspect", "photos", "--json", "data.channels=1")
        let json = try JSONValue(parsing: Array(result.output.utf8), file: "output")
        #expect(json["count"]?.integerValue == 12)
        #expect(json["shape"] == [8, 8, 1])
        #expect(json["classes"]?.arrayValue?.last?["name"]?.textValue == "dogs")
        #expect(json["classes"]?.arrayValue?.last?["count"]?.integerValue == 8)
        #expect(json["skipped"] == [])
    }

    @Test func otherSourcesAreRecognised() throws {
        try workspace.write("points.npy", NPYFile.bytes(of: [0, 1, 2, 3], shape: [2, 2]))
        try workspace.write("set/test_batch.bin", [UInt8](repeating: 3, count: 3073))
        try workspace.write("small.toml", Array(smallExperiment.utf8))
        for (arguments, expected) in [
            (["points.npy"], "2 of 2"), (["set", "data.subset=test"], "1 of 32 x 32 x 3"),
            (["small.toml"], "64 of 2"), (["small.toml", "data.count=9"], "9 of 2"),
            (["gaussian-grid", "data.count=10", "seed=3"], "10 of 2"),
        ] {
            let result = try workspace.run(["data", "inspect"] + arguments)
            #expect(result.code == 0 && result.output.contains(expected), "\(result)")
        }
        let plane = try workspace.run("data", "inspect", "small.toml", "--output", "plane.png")
        #expect(plane.code == 0 && workspace.contents(".").contains("plane.png"))
    }

    /// What somebody in a hurry gives.
    @Test func mistakesAreNamed() throws {
        try writeImage("one.png")
        try workspace.write("text.txt", Array("text".utf8))
        try workspace.write("empty/readme.md", [1])
        try workspace.write("small.toml", Array(smallExperiment.utf8))
        for (arguments, code, expected) in [
            (["none"], 65, "none: cannot open: No such file"),
            (["one.png"], 65, "is one image"), (["text.txt"], 65, "no data that is known"),
            (["empty"], 65, "holds no images"), (["images"], 64, "data.path"),
            (["empty", "data.sise=3"], 65, "holds no images"),
            (["small.toml", "data.sise=3"], 64, "data.sise"),
            (["small.toml", "steps=3"], 64, "only keys of [data]"),
            (["small.toml", "--output", "grid.jpg"], 64, "--output must end in .png"),
            (["small.toml", "--output", "none/grid.png"], 74, "none/grid.png"),
        ] as [([String], Int32, String)] {
            let result = try workspace.run(["data", "inspect"] + arguments)
            #expect(result.code == code, "\(arguments): \(result)")
            #expect(result.errors.contains(expected), "\(arguments): \(result.errors)")
        }
    }

    private let experiment = """
        name = "small"
        steps = 12

        [data]
        source = "images"
        path = "photos"
        batch_size = 4
        range = [-1, 1]
        on_bad_image = "skip"
        crop = 6
        crop_place = "random"
        flip = true

        [swap]
        interval = 3

        [generator]
        latent_size = 2
        hidden = [8]
        output = "tanh"

        [discriminator]
        hidden = [8]

        [record]
        metrics_every = 1
        samples_every = 6
        checkpoint_every = 0
        """

    private func train(_ arguments: [String], results: String) throws -> Data {
        let result = try workspace.run(
            ["run", "small.toml", "--results", results] + arguments)
        #expect(result.code == 0, "\(result.errors)")
        let said = result.output + result.errors
        #expect(said.contains("left out bad images of the data, 1 in all"), "\(said)")
        let runs = workspace.contents("\(results)/small")
        #expect(runs.count == 1)
        let file = workspace.contents("\(results)/small/\(runs[0])/checkpoints").last ?? "none"
        return try Data(
            contentsOf: URL(
                filePath: "\(workspace.path)/\(results)/small/\(runs[0])/checkpoints/\(file)"))
    }

    /// Who decodes, and when, changes no bit of the networks, nor the name of the run.
    @Test func loadersChangeNoBit() throws {
        try writeFolder()
        try workspace.write("photos/dogs/broken.png", [])
        let text = experiment.replacing("checkpoint_every = 0", with: "checkpoint_every = 12")
        try workspace.write("small.toml", Array(text.utf8))
        let kept = try train([], results: "kept")
        #expect(try train(["data.loaders=0", "data.memory=0"], results: "none") == kept)
        #expect(try train(["data.loaders=3", "data.memory=0"], results: "some") == kept)
        #expect(workspace.contents("kept/small") == workspace.contents("some/small"))
    }
}
