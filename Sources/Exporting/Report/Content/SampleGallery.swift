import FileFormats
import Recording

/// The last sample pictures of one run of each arm, small enough to stand inside the page.
struct SampleGallery: Sendable {
    struct Item: Sendable {
        let caption: String
        /// `data:image/png;base64,...`
        let address: String
        let width: Int
        let height: Int
    }

    /// The pictures of one run.
    struct Group: Sendable {
        let title: String
        var items: [Item] = []
    }

    private(set) var groups: [Group] = []
    /// Why pictures are missing, if any are.
    private(set) var omissions: [String] = []

    private static let mostPairs = 4
    private static let mostItems = 64
    /// Of all pictures together, before they are written as text.
    private static let mostBytes = 4 << 20
    private static let longestSide = 240
    private static let largestFile = 16 << 20

    init(_ source: ReportSource) {
        var (bytes, count) = (0, 0)
        for arm in CurveFigures.differentArms(source) {
            guard let run = source.counted(arm).first else { continue }
            var group = Group(title: source.title(of: arm))
            for file in SampleGallery.lastFiles(of: run) {
                guard count < SampleGallery.mostItems, bytes < SampleGallery.mostBytes else {
                    groups.append(group)
                    omissions = ["Further pictures are in the folders samples/ of the runs."]
                    return
                }
                do {
                    let picture = try SampleGallery.picture("\(run.folder)/samples/\(file.name)")
                    let data = try PNG.encode(picture)
                    (bytes, count) = (bytes + data.count, count + 1)
                    group.items.append(
                        Item(
                            caption: "G\(file.pair), step \(Numerals.grouped(file.step))",
                            address: "data:image/png;base64," + Base64.text(data),
                            width: picture.width, height: picture.height))
                } catch {
                    omissions.append("\(error)")
                }
            }
            if !group.items.isEmpty { groups.append(group) }
        }
    }

    /// Pictures of the last step that has any, of the first pairs.
    private static func lastFiles(
        of run: ReportedRun
    ) -> [(name: String, step: Int, pair: Int)] {
        let names = (try? RunDirectory.contents(of: "\(run.folder)/samples")) ?? []
        let files = names.compactMap { name -> (name: String, step: Int, pair: Int)? in
            // "step-00001000-pair-00.png"
            let parts = name.split(separator: "-")
            guard parts.count == 4, parts[0] == "step", parts[2] == "pair",
                parts[3].hasSuffix(".png"), let step = Int(parts[1]),
                let pair = Int(parts[3].dropLast(4))
            else { return nil }
            return (name, step, pair)
        }
        guard let last = files.map(\.step).max() else { return [] }
        return Array(
            files.filter { $0.step == last }.sorted { $0.pair < $1.pair }.prefix(mostPairs))
    }

    private static func picture(_ path: String) throws -> Picture {
        let bytes = try InputFile.read(path, limit: largestFile)
        let picture = try ImageFile.decode(bytes, file: path)
        let factor = (max(picture.width, picture.height) + longestSide - 1) / longestSide
        return factor > 1 ? picture.reduced(by: factor) : picture
    }
}

extension Picture {
    /// A picture smaller by a whole factor; each pixel is the mean of those that it stands for.
    func reduced(by factor: Int) -> Picture {
        let (smallWidth, smallHeight) = (max(width / factor, 1), max(height / factor, 1))
        var small = [UInt8](repeating: 0, count: smallWidth * smallHeight * channels)
        for y in 0..<smallHeight {
            for x in 0..<smallWidth {
                for channel in 0..<channels {
                    var (sum, count) = (0, 0)
                    for row in y * factor..<min((y + 1) * factor, height) {
                        for column in x * factor..<min((x + 1) * factor, width) {
                            sum += Int(bytes[(row * width + column) * channels + channel])
                            count += 1
                        }
                    }
                    small[(y * smallWidth + x) * channels + channel] =
                        UInt8((sum + count / 2) / count)
                }
            }
        }
        return Picture(width: smallWidth, height: smallHeight, channels: channels, bytes: small)
    }
}

/// Bytes as text (RFC 4648, section 4).
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group = 0
            for index in 0..<3 {
                group = group << 8 | (index < count ? Int(bytes[start + index]) : 0)
            }
            for index in 0..<4 {
                let digit = alphabet[group >> (18 - 6 * index) & 63]
                text.append(index <= count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
