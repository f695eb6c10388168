#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace parley::server {

/// The errors are texts for the operator: what was tried, on which file, and the system's reason.
using FileResult = Result<void, std::string>;

inline constexpr unsigned kPrivateMode = 0600;  ///< secrets: only our own user reads them
inline constexpr unsigned kPublicMode = 0644;

/// nullopt when the file is not there or cannot be read.
std::optional<std::string> read_file(const std::string& path);

/// Puts the file in place whole or not at all: written beside, synced, renamed.
FileResult write_file(const std::string& path, std::string_view contents, unsigned mode);

/// Makes the folder and those above it; the last one gets `mode`, also when it was there before.
FileResult make_folder(const std::string& path, unsigned mode);

/// `cannot WHAT PATH: REASON`, the reason from errno.
std::string system_error_text(std::string_view what, std::string_view path);

}  // namespace parley::server
