#pragma once

#include "identity/directory_admin.hpp"
#include "operations/directory/body_members.hpp"

namespace parley::operations::directory {

/// Reads our extension `calling {callbackUri, dialect}` of an application's body; absent when the
/// body has none, or null. What is wrong is in `body.error()`.
std::optional<identity::CallingRegistration> read_calling(BodyMembers& body,
                                                          const ApiOptions& options);

}  // namespace parley::operations::directory
