/// The generator of Steele, Lea and Flood (2014), as in Vigna's public-domain `splitmix64.c`.
///
/// Training draws from `Randomness`, whose streams have a place in an experiment. Resampling only
/// needs numbers that come out the same again.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A whole number of [0, limit). Its bias, below limit / 2^64, is never seen here.
    mutating func next(below limit: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(limit)).high)
    }
}
