#include <gtest/gtest.h>

#include "wire/corpus_test_support.hpp"
#include "wire/fuzz_targets_test_support.hpp"

namespace parley::wire {
namespace {

/// Runs each seed, and each of its beginnings: most parsers break where the bytes end.
void replay(const std::string& stem, void (*target)(ByteView)) {
  const auto files = corpus(stem);
  ASSERT_GT(files.size(), 4u) << "tests/corpus/" << stem << ": run in the root of the source tree";
  for (const auto& [name, bytes] : files) {
    SCOPED_TRACE(name);
    const std::size_t step = std::max<std::size_t>(1, bytes.size() / 128);
    for (std::size_t size = 0; size < bytes.size(); size += step) {
      const Bytes exact = to_bytes(as_bytes(bytes).first(size));
      target(exact);
    }
    target(as_bytes(bytes));
  }
}

TEST(CorpusReplay, Sdp) {
  replay("sdp_fuzz", fuzz_sdp);
}
TEST(CorpusReplay, Packet) {
  replay("packet_fuzz", fuzz_packet);
}

/// A seed that its parser refuses at the first byte would teach the fuzzer nothing.
TEST(CorpusReplay, EverySeedReachesItsParser) {
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
