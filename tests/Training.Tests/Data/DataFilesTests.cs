// What users' files become, and what is said of those that are wrong.
using Tern.Tokenizers;
using Tern.Training.Corpus;
using Tern.Training.Data;
using Tern.Training.Tests.Language;

namespace Tern.Training.Tests.Data;

public sealed class DataFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Tokenizer _tokenizer = TokenizerFactory.FromTokenizerJson(
        TinyDecoders.Tokenizer.TokenizerJson,
        TinyDecoders.Tokenizer.ConfigJson
    );

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Blank_lines_divide_the_documents_of_a_text()
    {
        var documents = DataFiles.Read([Write("a.txt", "\n\none\ntwo\n  \n\nthree")]);
        Assert.Equal([3, 7], documents.Select(document => document.Line));
        Assert.All(documents, document => Assert.True(document.CanBeCut));
        Assert.Contains("one\ntwo", documents[0].Rendered.Text, StringComparison.Ordinal);
        Assert.Contains("three", documents[1].Rendered.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_answers_of_a_conversation_are_learned()
    {
        var documents = DataFiles.Read([
            Write(
                "a.jsonl",
                """
                {"text": "the cat"}

                {"messages": [{"role": "user", "content": "the cat"}, {"role": "assistant", "content": "sat"}]}
                """
            ),
        ]);
        Assert.Equal([1, 3], documents.Select(document => document.Line));
        Assert.False(documents[1].CanBeCut);
        var example = new FileExamples(documents, _tokenizer, contextLength: 64).Read(1);
        string learned = _tokenizer.Decode([.. example.Tokens.Where((_, i) => example.Learned[i])], skipSpecial: false);
        Assert.Equal($"sat{ChatFormat.End}", learned);
    }

    [Theory]
    [InlineData("{\"text\": ")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"text\": 5}")]
    [InlineData("{\"text\": \"a\", \"text\": \"b\"}")]
    [InlineData("{\"messages\": []}")]
    [InlineData("{\"messages\": \"hello\"}")]
    [InlineData("{\"messages\": [5]}")]
    [InlineData("{\"messages\": [null]}")]
    [InlineData("{\"messages\": [{\"role\": \"user\"}]}")]
    [InlineData("{\"messages\": [{\"role\": \"robot\", \"content\": \"a\"}]}")]
    [InlineData("{\"messages\": [{\"role\": 1, \"content\": \"a\"}]}")]
    public void A_wrong_line_is_named_by_its_number(string line)
    {
        string path = Write("a.jsonl", $"{{\"text\": \"fine\"}}\n\n{line}\n{{\"text\": \"fine\"}}\n");
        var error = Assert.Throws<DataException>(() => DataFiles.Read([path]));
        Assert.Contains($"{path}, line 3: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_documents_is_refused()
    {
        foreach (string name in (string[])["a.txt", "a.jsonl"])
        {
            string path = Write(name, " \n\n");
            var error = Assert.Throws<DataException>(() => DataFiles.Read([path]));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(1000)]
    public void A_long_text_is_learned_in_pieces_every_token_but_the_first_once(int contextLength)
    {
        var documents = DataFiles.Read([Write("a.txt", "the cat sat on the mat and the dog sat on the cat")]);
        var whole = new FileExamples(documents, _tokenizer, 10_000).Read(0);
        var pieces = new FileExamples(documents, _tokenizer, contextLength);
        var learned = new List<int>();
        for (int i = 0; i < pieces.Count; i++)
        {
            var piece = pieces.Read(i);
            Assert.InRange(piece.Tokens.Length, 2, contextLength);
            Assert.False(piece.Learned[0]);
            learned.AddRange(piece.Tokens.Where((_, at) => piece.Learned[at]));
        }
        Assert.Equal(whole.Tokens[1..], learned);
    }

    [Fact]
    public void A_conversation_longer_than_the_context_is_refused_with_its_place()
    {
        string path = Write(
            "a.jsonl",
            """
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
            {"messages": [{"role": "user", "content": "the cat sat on the mat"}, {"role": "assistant", "content": "it did"}]}
            """
        );
        var documents = DataFiles.Read([path]);
        var error = Assert.Throws<DataException>(() => new FileExamples(documents, _tokenizer, contextLength: 10));
        Assert.Contains($"{path}, line 2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("the context holds 10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_generated_sample_longer_than_the_context_is_refused()
    {
        var examples = new CorpusExamples(new CorpusGenerator(1), _tokenizer, contextLength: 3);
        var error = Assert.Throws<DataException>(() => examples.Read(0));
        Assert.Contains("the context holds 3", error.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        string path = _folder.PathOf(name);
        File.WriteAllText(path, text);
        return path;
    }
}
