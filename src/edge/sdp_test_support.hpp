#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "wire/sdp.hpp"

namespace parley::edge {

/// The session that a text describes; a text that describes none fails the test.
inline wire::SdpSession parsed(std::string_view text) {
  auto session = wire::parse_sdp(text);
  if (session.ok()) return *session;
  ADD_FAILURE() << wire::to_text(session.error());
  return {};
}

}  // namespace parley::edge
