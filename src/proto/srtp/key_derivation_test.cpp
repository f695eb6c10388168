#include "proto/srtp/key_derivation.hpp"

#include <gtest/gtest.h>

namespace parley::srtp {
namespace {

TEST(KeyDerivation, KnowsTheVectorsOfRfc3711AppendixB3) {
  const crypto::SrtpMasterKey master{.profile = crypto::SrtpProfile::aes_cm_128_hmac_sha1_80,
                                     .key = *from_hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
                                     .salt = *from_hex("0EC675AD498AFEEBB6960B3AABE6")};
  const SessionKeys keys = derive_session_keys(master, KeyUse::rtp);
  EXPECT_EQ(to_hex(keys.encryption), "c61e7a93744f39ee10734afe3ff7a087");
  EXPECT_EQ(to_hex(keys.salt), "30cbbc08863d8c85d49db34a9ae1");
  EXPECT_EQ(to_hex(keys.authentication), "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
}

TEST(KeyDerivation, GivesRtcpOtherKeys) {
  const crypto::SrtpMasterKey master{.key = Bytes(16, 1), .salt = Bytes(12, 2)};
  const SessionKeys rtp = derive_session_keys(master, KeyUse::rtp);
  const SessionKeys rtcp = derive_session_keys(master, KeyUse::rtcp);
  EXPECT_NE(rtp.encryption, rtcp.encryption);
  EXPECT_NE(rtp.authentication, rtcp.authentication);
  EXPECT_NE(rtp.salt, rtcp.salt);
}

}  // namespace
}  // namespace parley::srtp
