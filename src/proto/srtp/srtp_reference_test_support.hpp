#pragma once

#include <srtp2/srtp.h>

#include <cstdlib>
#include <optional>
#include <utility>

#include "proto/srtp/srtp_test_support.hpp"

namespace parley::srtp {

/// One direction of the other implementation.
class Reference {
 public:
  Reference(const crypto::SrtpMasterKey& key, srtp_ssrc_type_t direction) : material_(key.key) {
    material_.insert(material_.end(), key.salt.begin(), key.salt.end());
    srtp_policy_t policy{};
    if (key.profile == crypto::SrtpProfile::aead_aes_128_gcm) {
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
    }
    policy.ssrc.type = direction;
    policy.key = material_.data();
    policy.window_size = ReplayWindow::kSize;
    static const srtp_err_status_t initialised = srtp_init();
    if (initialised != srtp_err_status_ok || srtp_create(&session_, &policy) != srtp_err_status_ok)
      std::abort();
  }
  ~Reference() { srtp_dealloc(session_); }
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  srtp_t session() const { return session_; }

  using Function = srtp_err_status_t (*)(srtp_t, void*, int*);
  std::optional<Bytes> apply(Function function, Bytes packet) {
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN);
    if (function(session_, packet.data(), &size) != srtp_err_status_ok) return std::nullopt;
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }

 private:
  Bytes material_;
  srtp_t session_ = nullptr;
};

template <class Value>
std::optional<Value> optional_of(Result<Value, SrtpError> result) {
  return result ? std::optional(*std::move(result)) : std::nullopt;
}

}  // namespace parley::srtp
