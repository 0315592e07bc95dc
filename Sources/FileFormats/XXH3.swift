import CXXHash

/// XXH3, 64 bits, seed 0 (xxhash.com): a fast hash without protection against forgery.
package enum XXH3 {
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        XXH3_64bits(bytes.baseAddress, bytes.count)
    }

    package static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The hash of several spans one behind the other; the cuts make no difference.
    package struct Stream: ~Copyable {
        private let state: OpaquePointer

        package init() {
            // Fails only where 600 bytes cannot be allocated.
            state = XXH3_createState()!
            XXH3_64bits_reset(state)
        }

        deinit {
            XXH3_freeState(state)
        }

        package mutating func update(_ bytes: UnsafeRawBufferPointer) {
            XXH3_64bits_update(state, bytes.baseAddress, bytes.count)
        }

        /// The hash of everything so far; more may follow.
        package var value: UInt64 {
            XXH3_64bits_digest(state)
        }
    }
}

/// A 64-bit hash as 16 hexadecimal digits.
package func hexadecimal(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
