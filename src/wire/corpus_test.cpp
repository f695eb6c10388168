#include <gtest/gtest.h>

#include "wire/corpus_test_support.hpp"
#include "wire/rtcp.hpp"
#include "wire/rtp.hpp"
#include "wire/stun.hpp"
#include "wire/wav.hpp"

namespace parley::wire {
namespace {

/// A seed that its parser refuses at the first byte would teach the fuzzer nothing.
TEST(Corpus, EverySeedReachesItsParser) {
  for (const auto& [name, bytes] : corpus("packet_fuzz")) {
    const std::string kind = name.substr(0, name.find('_'));
    const ByteView view = as_bytes(bytes);
    bool accepted = true;
    if (kind == "stun") accepted = parse_stun(view).has_value();
    if (kind == "rtp") accepted = parse_rtp(view).has_value();
    if (kind == "rtcp") accepted = parse_rtcp(view).has_value();
    if (kind == "wav") accepted = read_wav(view).ok();
    EXPECT_TRUE(accepted) << name;
  }
}

}  // namespace
}  // namespace parley::wire
