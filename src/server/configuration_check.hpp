#pragma once

#include <optional>
#include <string>

#include "server/configuration.hpp"

namespace parley::server {

inline constexpr std::uint32_t kMaxShards = 64;
inline constexpr std::uint32_t kMaxWorkers = 64;
inline constexpr std::size_t kMaxIceServers = 8;
inline constexpr std::size_t kMaxIceUrls = 8;  ///< of one server

/// What is wrong with the values together, as a sentence with the remedy; nullopt: nothing.
std::optional<std::string> check(const Configuration& configuration);

}  // namespace parley::server
