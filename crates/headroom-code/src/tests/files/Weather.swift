import Foundation

/// What a station has measured.
struct Reading: Codable, Equatable {
    let station: String
    let celsius: Double
    let time: Date
}

protocol Source {
    func readings(of station: String) async throws -> [Reading]
}

enum WeatherError: Error {
    case unknownStation(String)
    case noReadings
}

/// The weather of several stations together.
final class Weather {
    private let source: Source
    private var cache: [String: [Reading]] = [:]

    init(source: Source) {
        self.source = source
        cache.reserveCapacity(32)
        NotificationCenter.default.post(name: .init("weather"), object: nil)
    }

    /// The mean of all readings.
    func mean(of station: String) async throws -> Double {
        let readings = try await cached(station)
        guard !readings.isEmpty else {
            throw WeatherError.noReadings
        }
        let sum = readings.reduce(0) { $0 + $1.celsius }
        return sum / Double(readings.count)
    }

    private func cached(_ station: String) async throws -> [Reading] {
        if let known = cache[station] {
            return known
        }
        let readings = try await source.readings(of: station)
        cache[station] = readings
        return readings
    }
}

extension Reading {
    var fahrenheit: Double {
        let scaled = celsius * 9 / 5
        return scaled + 32
    }
}
