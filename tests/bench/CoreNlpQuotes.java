import edu.stanford.nlp.ling.CoreAnnotations;
import edu.stanford.nlp.pipeline.Annotation;
import edu.stanford.nlp.pipeline.StanfordCoreNLP;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * How long CoreNLP takes to find quotations by its rules, which need no models: its words, sentences and quotation
 * marks, without who speaks. throughput.py runs it where CORENLP names a folder with the jars. The file given holds
 * texts with a NUL between two; printed are the seconds of the fastest of three rounds, and how many quotations.
 */
class CoreNlpQuotes {
    public static void main(String[] arguments) throws Exception {
        String[] texts = new String(Files.readAllBytes(Path.of(arguments[0])), StandardCharsets.UTF_8).split("\0");
        Properties options = new Properties();
        options.setProperty("annotators", "tokenize,ssplit,quote");
        options.setProperty("quote.attributeQuotes", "false");
        StanfordCoreNLP pipeline = new StanfordCoreNLP(options);
        double best = Double.MAX_VALUE;
        int found = 0;
        for (int round = 0; round < 3; round++) {
            found = 0;
            long start = System.nanoTime();
            for (String text : texts) {
                Annotation document = new Annotation(text);
                pipeline.annotate(document);
                found += document.get(CoreAnnotations.QuotationsAnnotation.class).size();
            }
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        System.out.println(best + "\t" + found);
    }
}
