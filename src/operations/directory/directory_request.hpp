#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "identity/directory.hpp"
#include "operations/request.hpp"

namespace parley::operations::directory {

struct DirectoryRow;

/// One request, its path taken apart and its body parsed. A plain value: it may wait in a mailbox.
struct DirectoryRequest {
  const DirectoryRow* row = nullptr;
  /// The keys of the path in its order, as they came: an id, for users also a userPrincipalName.
  std::vector<std::string> keys{};
  std::string tenant{};        ///< `?tenant=`, an id or a domain; empty: not said
  std::string filter{};        ///< `?$filter=`; empty: none
  boost::json::object body{};  ///< an absent body is an empty object
  /// Of the password in the body, when a worker made it: see `DirectoryReply::password_to_hash`.
  std::string password_hash{};
};

/// What a handler works with: a snapshot, and what changes need.
struct DirectoryContext {
  const identity::Directory& directory;
  UtcTime now;
  Random& random;
  const ApiOptions& options;
};

/// The answer, and the rows to commit before it is told. Without rows it may be told at once.
struct DirectoryReply {
  Reply reply{};
  model::RowChanges rows{};
  /// Not empty: the request is well so far, and runs again when a worker has put the hash of this
  /// password into its `password_hash`.
  std::string password_to_hash{};
};

using DirectoryResult = Result<DirectoryReply, ApiError>;
using DirectoryHandler = DirectoryResult (*)(const DirectoryContext&, const DirectoryRequest&);

}  // namespace parley::operations::directory
