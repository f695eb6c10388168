#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace parley::model {

/// ISO 8601 in UTC as Graph writes it: "2026-01-31T08:05:09Z", with milliseconds where there are
/// any.
std::string write_iso_time(UtcTime time);

/// Reads an Edm.DateTimeOffset: date, "T", time to the second, a fraction of 1 to 12 digits (cut to
/// milliseconds) or none, then "Z" or an offset such as "+01:30". nullopt for anything else.
std::optional<UtcTime> parse_iso_time(std::string_view text);

}  // namespace parley::model
