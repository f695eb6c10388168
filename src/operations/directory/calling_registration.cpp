#include "operations/directory/calling_registration.hpp"

#include "operations/directory/directory_json.hpp"
#include "operations/url_rules.hpp"

namespace parley::operations::directory {

std::optional<identity::CallingRegistration> read_calling(BodyMembers& body,
                                                          const ApiOptions& options) {
  auto members = body.object("calling");
  if (!members) return std::nullopt;
  identity::CallingRegistration calling;
  calling.callback_uri = members->required_text("callbackUri");
  if (!members->error()) {
    if (const auto why = check_outbound_uri(calling.callback_uri, options)) {
      members->refuse("callbackUri", *why);
    }
  }
  if (const auto name = members->optional_text("dialect")) {
    const auto dialect = dialect_named(*name);
    if (!dialect) members->refuse("dialect", "allowed are v1.0, beta and 2019");
    calling.dialect = dialect.value_or(calling.dialect);
  }
  body.adopt(*members);
  return calling;
}

}  // namespace parley::operations::directory
