#pragma once

#include <optional>
#include <string_view>

#include "identity/directory_admin.hpp"
#include "operations/directory/directory_table.hpp"

/// The two steps of a server: read a request where it came in, run it where the directory changes.
namespace parley::operations::directory {

/// What of an HTTP request is looked at.
struct AdminHttp {
  std::string_view method{};
  std::string_view path{};           ///< percent-decoded, without the query
  std::string_view query{};          ///< as it came, without `?`
  std::string_view authorization{};  ///< the header, or empty
  std::string_view content_type{};
  std::string_view body{};
};

/// Whether the request is the administrator's: `Authorization: Bearer` and the token that
/// `parley-data/admin.token` holds, compared by its SHA-256 in constant time. Else 401.
Result<void, ApiError> check_administrator(std::string_view authorization,
                                           const identity::Administrator& administrator);

/// Finds the row, checks the token, parses query and body. nullopt: not a path of the directory.
std::optional<Result<DirectoryRequest, ApiError>> read_directory_request(
    const AdminHttp& http, const identity::Administrator& administrator);

/// Runs it on a snapshot of the directory.
DirectoryResult run_directory_request(const DirectoryContext& context,
                                      const DirectoryRequest& request);

/// `GET /parley/calls/{id}`: the call to report. nullopt: not that path.
std::optional<Result<CallId, ApiError>> read_call_report_request(
    const AdminHttp& http, const identity::Administrator& administrator);

}  // namespace parley::operations::directory
