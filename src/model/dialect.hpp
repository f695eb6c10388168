#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::model {

/// The three surfaces that Graph's calls API has had. The root of a request's path selects one;
/// api-contract §10 lists the differences, `names.cpp` those in the names of members.
enum class Dialect {
  v1_0,      ///< /v1.0/communications
  beta,      ///< /beta/communications
  app_2019,  ///< /beta/app, as documented in April 2019
};

inline constexpr std::size_t kDialectCount = 3;

/// "/v1.0", "/beta" and "/beta": the service root that requests of this dialect begin with.
constexpr std::string_view version_root(Dialect dialect) {
  return dialect == Dialect::v1_0 ? "/v1.0" : "/beta";
}

/// "/communications" or "/app": what resource paths of this dialect begin with, also in
/// notifications.
constexpr std::string_view resource_root(Dialect dialect) {
  return dialect == Dialect::app_2019 ? "/app" : "/communications";
}

/// E.g. "/v1.0/communications".
inline std::string path_root(Dialect dialect) {
  return std::string(version_root(dialect)) + std::string(resource_root(dialect));
}

/// The value of "@odata.context", e.g. `https://HOST/v1.0/$metadata#app/calls/$entity`. Graph's
/// examples name the set by its 2019 path in all dialects.
/// @param public_url  without a slash at its end
/// @param set         e.g. "app/calls/$entity"
inline std::string metadata_context(std::string_view public_url, Dialect dialect,
                                    std::string_view set) {
  std::string url(public_url);
  url += version_root(dialect);
  url += "/$metadata#";
  url += set;
  return url;
}

}  // namespace parley::model
