#pragma once

#include <string_view>

#include "operations/table.hpp"

/// The options of OData that GET takes: `$select`, and `$top` of a collection. The others are
/// refused by name, so that nobody takes the whole answer for the part of it that he wanted.
namespace parley::operations {

/// Reads the URL's query; parameters that are no options of OData are ignored.
Result<QueryOptions, ApiError> read_query_options(std::string_view query, const Row& row);

/// The selected members of a resource, and what OData says of it (`@odata.type`, …). A name that it
/// does not have selects nothing: Graph's calls and operations are open types, which may have any
/// member (OData 4.0 part 1, §11.2.4.1).
model::Json selected(model::Json resource, const QueryOptions& options);

}  // namespace parley::operations
