/// Exact searches by all distances.
enum NearestNeighbors {
    /// The squared distance of each example to the `rank`-th nearest other one of its set.
    ///
    /// The example itself does not count, an equal one does: its distance is 0. Infinite where
    /// there are fewer than `rank` others.
    static func squaredRadii(_ matrix: FeatureMatrix, rank: Int) -> [Double] {
        var radii: [Double] = []
        radii.reserveCapacity(matrix.count)
        var nearest = [Double](repeating: .infinity, count: rank)  // ascending
        FeatureSlabs.squaredDistances(of: matrix, to: matrix) { row, distances in
            for place in 0..<rank { nearest[place] = .infinity }
            var bound = Double.infinity
            for (column, distance) in distances.enumerated()
            where distance < bound && column != row {
                var place = rank - 1
                while place > 0, nearest[place - 1] > distance {
                    nearest[place] = nearest[place - 1]
                    place -= 1
                }
                nearest[place] = distance
                bound = nearest[rank - 1]
            }
            radii.append(bound)
        }
        return radii
    }

    /// The nearest example of `right` to each of `left` (the first of several equally near) and
    /// the squared distance to it.
    ///
    /// - Precondition: `right` is not empty.
    static func nearest(
        of left: FeatureMatrix, in right: FeatureMatrix
    ) -> [(index: Int, squaredDistance: Double)] {
        var found: [(index: Int, squaredDistance: Double)] = []
        found.reserveCapacity(left.count)
        FeatureSlabs.squaredDistances(of: left, to: right) { _, distances in
            var (index, least) = (0, Double.infinity)
            for (column, distance) in distances.enumerated() where distance < least {
                (index, least) = (column, distance)
            }
            found.append((index, least))
        }
        return found
    }
}
