// Owns the layout of one symbol in BPE's linked list.
namespace Tern.Tokenizers.Bpe;

/// <summary>One symbol of a word: a stretch of its text, and its id or -1.</summary>
internal struct Symbol
{
    public int Id;
    public int Start;
    public int Length;
    public int Previous;
    public int Next;
}
