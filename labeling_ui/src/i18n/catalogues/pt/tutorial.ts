import type { Translation } from '../../text';
import type en from '../en/tutorial';

export default {
  step: 'Treino {number} de {count}',
  right:
    'O modelo contornou os edifícios. Se cada telhado tem uma linha à volta, carregue em «Tudo certo».',
  fix: 'Um edifício não tem contorno, e um contorno não tem edifício. Toque no contorno vazio para o tirar, no telhado sem linha para o acrescentar, e depois em «Pronto».',
  nothing: 'Há algum edifício no quadrado claro? Se não, carregue em «Nada aqui».',
  cloud:
    'Uma nuvem tapa o chão. Carregue em «Não se percebe»: adivinhar ensinaria erros ao modelo.',
  skip: 'Saltar o treino',
  well: 'Exatamente',
  notQuite: 'Ainda não',
  goodRight: 'Cada telhado tem a sua linha. Pequenos desvios não importam.',
  goodFix: 'Bastaram dois toques. As outras ferramentas são para os casos difíceis.',
  goodNothing: 'O modelo via algo na terra nua. Agora já sabe.',
  goodCloud: 'Alguém com uma imagem melhor poderá responder.',
  notRight: 'Aqui estava tudo certo: cada telhado, a verde, tem a sua linha.',
  notFix:
    'Havia dois erros. Toque no contorno à volta de nada e depois no telhado sem linha; o verde mostra como deve ficar.',
  missedOne: 'Um edifício ainda não tem contorno: o verde mostra onde. Toque no meio dele.',
  leftWrong: 'Um contorno não tem edifício por baixo. Toque nele para o tirar.',
  notNothing: 'Não há telhado no quadrado claro: só terra, arbustos e sombra.',
  notCloud: 'Debaixo de uma nuvem ninguém sabe. «Não se percebe», e depois «Nuvem».',
  again: 'Tentar de novo',
  next: 'Seguinte',
  begin: 'Começar a sério',
} satisfies Translation<typeof en>;
