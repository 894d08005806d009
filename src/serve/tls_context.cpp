#include "serve/tls_context.h"

#include <openssl/err.h>

#include "base/check.h"

namespace unipic::serve {
namespace {

std::string reason() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  return text == nullptr ? "unknown error" : text;
}

// Else OpenSSL asks for it on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

TlsContext load_tls(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  check(context != nullptr, "TLS cannot be used: {}", reason());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  check(SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) == 1,
        "{}: not a PEM certificate that can be read: {}", certificate.string(), reason());
  check(SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) == 1,
        "{}: not a PEM private key without passphrase that belongs to {}: {}", key.string(),
        certificate.string(), reason());
  return context;
}

}  // namespace unipic::serve
