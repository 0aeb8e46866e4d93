// Owns the lengths of multi-head latent attention.
namespace Tern.Models.Layers;

/// <summary>The lengths of multi-head latent attention.</summary>
/// <param name="Heads">Heads.</param>
/// <param name="Latent">The latent vector kept of a token (kv_lora_rank).</param>
/// <param name="Plain">The part of a head's query and key without position (nope).</param>
/// <param name="Rotated">The part with position (rope).</param>
/// <param name="Value">A head's value.</param>
internal readonly record struct LatentShape(int Heads, int Latent, int Plain, int Rotated, int Value);
