#include <algorithm>
#include <cstdlib>

#include "wire/demux.hpp"
#include "wire/h264_payload.hpp"
#include "wire/rtcp.hpp"
#include "wire/rtp.hpp"
#include "wire/rtp_extension.hpp"
#include "wire/stun.hpp"
#include "wire/telephone_event.hpp"
#include "wire/wav.hpp"

namespace parley::wire {
namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

/// No HMAC, but as sensitive to its input as one.
HmacSha1Digest stand_in_hmac(ByteView key, ByteView data) {
  HmacSha1Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::uint8_t>(crc32(data) + crc32(key) * i);
  return digest;
}

Bytes rewritten(const StunMessage& message, ByteView key) {
  StunWriter writer(message.message_class, message.method, message.transaction_id);
  if (message.username) writer.username(*message.username);
  if (message.xor_mapped_address) writer.xor_mapped_address(*message.xor_mapped_address);
  if (message.error) writer.error(*message.error);
  if (!message.unknown_attributes.empty()) writer.unknown_attributes(message.unknown_attributes);
  if (message.priority) writer.priority(*message.priority);
  if (message.use_candidate) writer.use_candidate();
  if (message.ice_controlled) writer.ice_controlled(*message.ice_controlled);
  if (message.ice_controlling) writer.ice_controlling(*message.ice_controlling);
  if (message.software) writer.software(*message.software);
  return writer.finish(key, stand_in_hmac);
}

void fuzz_stun(ByteView input) {
  const Bytes key{1, 2, 3};
  const auto message = parse_stun(input);
  if (!message) return;
  verify_integrity(*message, key, stand_in_hmac);
  constexpr std::size_t added = 32;  // MESSAGE-INTEGRITY and FINGERPRINT
  if (input.size() + added > kMaxStunSize) return;
  const Bytes bytes = rewritten(*message, key);
  const auto again = parse_stun(bytes);
  require(again && again->fingerprint && verify_integrity(*again, key, stand_in_hmac));
  require(again->message_class == message->message_class && again->method == message->method);
  require(again->transaction_id == message->transaction_id);
  require(again->username == message->username && again->software == message->software);
  require(again->xor_mapped_address == message->xor_mapped_address);
  require(again->error == message->error && again->priority == message->priority);
  require(again->unknown_attributes == message->unknown_attributes);
  require(again->use_candidate == message->use_candidate);
  require(again->ice_controlled == message->ice_controlled);
  require(again->ice_controlling == message->ice_controlling);
}

void fuzz_extension(const RtpExtensionBlock& block) {
  const auto form =
      block.profile == kOneByteProfile ? ExtensionForm::one_byte : ExtensionForm::two_byte;
  ExtensionReader reader(block);
  ExtensionWriter writer(form);
  std::vector<std::pair<std::uint8_t, Bytes>> kept;
  while (const auto element = reader.next()) {
    if (const auto level = read_audio_level(element->data))
      require(write_audio_level(*level)[0] == element->data[0]);
    read_mid(element->data);
    if (writer.add(element->id, element->data))
      kept.emplace_back(element->id, to_bytes(element->data));
  }
  const auto written = writer.block();
  require(written.has_value() == !kept.empty());
  if (!written) return;
  ExtensionReader again(*written);
  for (const auto& [id, data] : kept) {
    const auto element = again.next();
    require(element && element->id == id && to_bytes(element->data) == data);
  }
  require(!again.next());
}

void fuzz_rtp(ByteView input) {
  const auto header = parse_rtp_header(input);
  const auto packet = parse_rtp(input);
  if (!header) return require(!packet);
  require(header->header_size + header->payload.size() == input.size());
  if (packet) require(packet->payload.size() + packet->padding == header->payload.size());
  if (header->extension) fuzz_extension(*header->extension);
  Bytes bytes(input.size());
  const std::size_t size = write_rtp_header(bytes, header->header, header->extension);
  require(size > 0 && size + header->csrcs.size() == header->header_size);
  const auto again = parse_rtp_header(bytes);
  require(again && again->header == header->header && again->header_size == size);
  Bytes copy = to_bytes(input);
  rewrite_rtp_header(copy, header->header);
  require(copy == to_bytes(input));
}

void fuzz_rtcp(ByteView input) {
  const auto packets = parse_rtcp(input);
  const auto compound = parse_rtcp(input, RtcpForm::compound);
  if (!packets) return require(!compound);
  for (const RtcpPacket& packet : *packets)
    if (const auto* report = std::get_if<ReceiverReport>(&packet))
      for (const ReportBlock& block : report->blocks) round_trip_time(block, UtcTime{});
  const Bytes written = write_rtcp(*packets);
  require(written.size() <= input.size() && parse_rtcp(written) == packets);
}

void fuzz_telephone_event(ByteView input) {
  const auto event = read_telephone_event(input);
  if (event) require(read_telephone_event(write_telephone_event(*event)) == event);
}

/// A unit begins a key frame however it is packed: alone, in an aggregate, as a first piece.
void fuzz_h264(ByteView input) {
  const bool begins = begins_key_frame(input);
  constexpr std::uint8_t stap_a = 24, fu_a = 28, type_mask = 0x1F;
  if (input.size() < 2 || input.size() > 0xFFFF || (input[0] & type_mask) >= stap_a) return;
  ByteWriter aggregate;
  aggregate.u8(static_cast<std::uint8_t>((input[0] & ~type_mask) | stap_a));
  aggregate.u16(static_cast<std::uint16_t>(input.size()));
  aggregate.bytes(input);
  require(begins_key_frame(aggregate.view()) == begins);
  ByteWriter piece;
  piece.u8(static_cast<std::uint8_t>((input[0] & ~type_mask) | fu_a));
  piece.u8(static_cast<std::uint8_t>(0x80 | (input[0] & type_mask)));
  piece.bytes(input.subspan(1));
  require(begins_key_frame(piece.view()) == begins);
}

void fuzz_wav(ByteView input) {
  constexpr std::size_t limit = 4096;
  const auto whole = read_wav(input, limit);
  WavReader reader(limit);
  std::vector<std::int16_t> samples;
  for (std::size_t i = 0; i < input.size(); i += 7) {
    const auto fed =
        reader.feed(input.subspan(i, std::min<std::size_t>(7, input.size() - i)), samples);
    if (!fed.ok()) break;
  }
  require(reader.finish().ok() == whole.ok());
  if (!whole.ok()) {
    require(whole.error() == reader.finish().error() && !to_text(whole.error()).empty());
    return;
  }
  require(samples == whole->samples);
  Bytes file = to_bytes(wav_header(whole->sample_rate, samples.size()));
  append_wav_samples(file, samples);
  const auto again = read_wav(file, limit);
  require(again.ok() && *again == *whole);
  const auto repaired = repaired_wav_header(file, file.size());
  require(repaired && std::equal(repaired->begin(), repaired->end(), file.begin()));
}

/// Every packet parser, and the WAV reader, on the same bytes: parse, write, parse gives the same.
void fuzz_packet(ByteView input) {
  demux(input);
  fuzz_stun(input);
  fuzz_rtp(input);
  fuzz_extension({kOneByteProfile, input});
  fuzz_extension({kTwoByteProfile, input});
  fuzz_rtcp(input);
  fuzz_telephone_event(input);
  fuzz_h264(input);
  fuzz_wav(input);
}

}  // namespace
}  // namespace parley::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::wire::fuzz_packet({data, size});
  return 0;
}
