// Owns the post-processors of tokenizer.json (https://huggingface.co/docs/tokenizers/api/post-processors): which ids stand
// around a single text.
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.HuggingFace;

/// <summary>Reads the <c>post_processor</c> object.</summary>
internal sealed class PostProcessorReader(Vocabulary vocabulary)
{
    public List<int> Prefix { get; } = [];
    public List<int> Suffix { get; } = [];

    public void Read(JsonField field)
    {
        switch (field.Type)
        {
            case "Sequence":
                foreach (var item in field.Require("processors").Items)
                    Read(item);
                break;
            case "ByteLevel":
                // It only trims offsets.
                break;
            case "RobertaProcessing" or "BertProcessing":
                Prefix.Insert(0, ReadPair(field.Require("cls")));
                Suffix.Add(ReadPair(field.Require("sep")));
                break;
            case "TemplateProcessing":
                ReadTemplate(field);
                break;
            default:
                throw field.Unknown(
                    "post-processor",
                    "Sequence, ByteLevel, RobertaProcessing, BertProcessing, TemplateProcessing"
                );
        }
    }

    private int ReadPair(JsonField pair)
    {
        JsonField[] items = [.. pair.Items];
        return items.Length == 2 ? Checked(items[1]) : throw pair.Error("is no pair of a token and its id");
    }

    private void ReadTemplate(JsonField field)
    {
        var before = new List<int>();
        bool hasText = false;
        foreach (var item in field.Require("single").Items)
        {
            if (item.Find("Sequence") is not null)
            {
                hasText = hasText ? throw item.Error("repeats the text") : true;
                continue;
            }
            string name = item.Require("SpecialToken").Require("id").Text;
            var ids = field.Require("special_tokens").Require(name).Require("ids").Items.Select(Checked);
            (hasText ? Suffix : before).AddRange(ids);
        }
        if (!hasText)
            throw field.Require("single").Error("has no place for the text");
        Prefix.InsertRange(0, before);
    }

    private int Checked(JsonField id) =>
        id.Integer >= 0 && id.Integer < vocabulary.Count
            ? id.Integer
            : throw id.Error($"{id.Integer} is not an id of the vocabulary of {vocabulary.Count} tokens");
}
